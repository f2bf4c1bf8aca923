import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Turns } from "../../src/kernel/turns.ts";

describe("turns", () => {
  it("one after the other, in the order asked for; one that throws is no obstacle", async () => {
    const turns = new Turns();
    const story: string[] = [];
    const piece = (name: string, failing = false) =>
      turns.take(async () => {
        story.push(`${name} begins`);
        await setImmediate();
        story.push(`${name} ends`);
        if (failing) throw new Error(name);
        return name;
      });
    const [a, b, c] = [piece("a"), piece("b", true), piece("c")];
    await expect(b).rejects.toThrow("b");
    expect([await a, await c]).toEqual(["a", "c"]);
    expect(story).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
  });

  it("ended waits for what has been taken, and no longer", async () => {
    const turns = new Turns();
    await turns.ended();
    const held = Promise.withResolvers<void>();
    const over = turns.take(() => held.promise);
    let ended = false;
    const waiting = turns.ended().then(() => (ended = true));
    await setImmediate();
    expect(ended).toBe(false);
    held.resolve();
    await Promise.all([over, waiting]);
  });
});
