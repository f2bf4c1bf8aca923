import { describe, expect, it } from "vitest";
import { FrozenClock } from "../../src/kernel/frozen-clock.ts";
import { MovableClock } from "../../src/kernel/movable-clock.ts";
import { instant, minutes, seconds } from "../../src/kernel/units.ts";

const START = instant(1_600_000_000_000);
const settled = async (): Promise<void> => {};

function pausedClock(): MovableClock {
  return new MovableClock(new FrozenClock(START));
}

describe("a movable clock over a frozen one", () => {
  it("fires what falls due on the way, in order, each at its own instant", async () => {
    const clock = pausedClock();
    const fired: string[] = [];
    const note = (name: string) => (): void => void fired.push(`${name} at ${clock.now() - START}`);
    clock.after(seconds(30), note("second"));
    clock.after(seconds(10), note("first"));
    clock.after(seconds(30), note("third"));
    clock.after(seconds(61), note("too late"));
    await clock.advance(minutes(1), settled);
    expect(fired).toEqual(["first at 10000", "second at 30000", "third at 30000"]);
    expect(clock.now() - START).toBe(60_000);
    expect(clock.nextDue).toBe(START + 61_000);
  });

  it("fires what was set on the way, if it falls due before the end", async () => {
    const clock = pausedClock();
    const fired: number[] = [];
    const again = (): void => {
      fired.push(clock.now() - START);
      clock.after(seconds(20), again);
    };
    clock.after(seconds(20), again);
    await clock.advance(minutes(1), settled);
    expect(fired).toEqual([20_000, 40_000, 60_000]);
  });

  it("waits for what each timer began before the next one fires", async () => {
    const clock = pausedClock();
    const story: string[] = [];
    let busy: Promise<void> | undefined;
    clock.after(seconds(1), () => {
      busy = Promise.resolve().then(() => void story.push("first settled"));
    });
    clock.after(seconds(2), () => void story.push("second fired"));
    await clock.advance(seconds(3), async () => busy);
    expect(story).toEqual(["first settled", "second fired"]);
  });

  it("does not fire what was cancelled, and cancels twice without harm", async () => {
    const clock = pausedClock();
    const timer = clock.after(seconds(1), () => expect.unreachable());
    timer.cancel();
    timer.cancel();
    await clock.advance(seconds(2), settled);
    expect(clock.nextDue).toBeUndefined();
  });

  it("refuses to go back", async () => {
    await expect(pausedClock().advance(seconds(-1), settled)).rejects.toThrow(RangeError);
  });

  it("advancing by n then m is advancing by n + m", async () => {
    const stories = await Promise.all(
      [[minutes(7), minutes(5)], [minutes(12)]].map(async (steps) => {
        const clock = pausedClock();
        const story: number[] = [];
        for (const at of [1, 7, 9, 12, 13]) clock.after(minutes(at), () => story.push(clock.now() - START));
        for (const step of steps) await clock.advance(step, settled);
        return [...story, clock.now()];
      }),
    );
    expect(stories[0]).toEqual(stories[1]);
  });
});
