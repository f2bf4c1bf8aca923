import fc from "fast-check";
import { expect, it } from "vitest";
import { DueQueue } from "../../src/kernel/due-queue.ts";
import { instant } from "../../src/kernel/units.ts";

interface Entry {
  readonly at: number;
  readonly name: number;
}

const DOINGS = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("add" as const), at: fc.integer({ min: 0, max: 20 }) }),
    fc.record({ kind: fc.constant("remove" as const), which: fc.nat() }),
    fc.record({ kind: fc.constant("shift" as const) }),
  ),
  { maxLength: 200 },
);

it("gives calls in the order of their instants, and of two at one instant the older first", () => {
  fc.assert(
    fc.property(DOINGS, (doings) => {
      const queue = new DueQueue();
      let model: Entry[] = [];
      const removals: (() => void)[] = [];
      const fired: number[] = [];
      for (const doing of doings) {
        if (doing.kind === "add") {
          const name = removals.length;
          const fire = (): void => void fired.push(name);
          removals.push(queue.add({ at: instant(doing.at), label: undefined, fire }));
          model.push({ at: doing.at, name });
        } else if (doing.kind === "remove") {
          const name = removals.length === 0 ? 0 : doing.which % removals.length;
          removals[name]?.();
          model = model.filter((entry) => entry.name !== name);
        } else {
          model.sort((one, other) => one.at - other.at || one.name - other.name);
          fired.length = 0;
          queue.shift()?.fire();
          expect(fired).toEqual(model.slice(0, 1).map(({ name }) => name));
          model.shift();
        }
      }
      model.sort((one, other) => one.at - other.at || one.name - other.name);
      expect(queue.first?.at).toBe(model[0]?.at);
      fired.length = 0;
      for (const due of queue.inOrder()) due.fire();
      expect(fired).toEqual(model.map(({ name }) => name));
    }),
  );
});
