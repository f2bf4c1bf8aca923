import * as fc from "fast-check";
import { expect, it } from "vitest";
import { SwapList } from "../../src/kernel/swap-list.ts";

it("holds what was added and not taken, in whatever order it goes", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 60 }), (moves) => {
      const held = new Set<{ place: number }>();
      const list = new SwapList<{ place: number }>();
      for (const move of moves) {
        const [gone] = [...held].slice(move);
        if (gone === undefined) {
          const one = { place: 0 };
          held.add(one);
          list.add(one);
        } else {
          held.delete(gone);
          list.delete(gone);
        }
        expect(new Set(list.all())).toEqual(held);
        expect(list.size).toBe(held.size);
      }
    }),
  );
});
