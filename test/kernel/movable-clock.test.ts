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

  it("fires alone what is due next, and gives its label", async () => {
    const clock = pausedClock();
    const fired: string[] = [];
    clock.after(seconds(5), () => void fired.push("second"), { of: "web.2", what: "cycles" });
    clock.after(seconds(3), () => void fired.push("first"), { of: "web.1", what: "cycles" });
    clock.after(seconds(3), () => void fired.push("at once after"));
    expect(clock.due.map(({ at, label }) => [at - START, label?.of])).toEqual([
      [3000, "web.1"],
      [3000, undefined],
      [5000, "web.2"],
    ]);
    expect(await clock.advanceToNext(settled)).toMatchObject({ label: { of: "web.1", what: "cycles" } });
    expect(fired).toEqual(["first"]);
    expect(clock.now() - START).toBe(3000);
    await clock.advanceToNext(settled);
    await clock.advanceToNext(settled);
    expect(fired).toEqual(["first", "at once after", "second"]);
    expect(await clock.advanceToNext(settled)).toBeUndefined();
  });

  it("stops where it has got to when nobody waits any more", async () => {
    const clock = pausedClock();
    const given = new AbortController();
    clock.after(seconds(1), () => given.abort());
    clock.after(seconds(2), () => expect.unreachable());
    await clock.advance(seconds(3), settled, given.signal);
    expect(clock.now() - START).toBe(1000);
  });
});

describe("a movable clock over one that runs", () => {
  function runningClock(): { clock: MovableClock; base: MovableClock } {
    const base = pausedClock();
    return { base, clock: new MovableClock(base) };
  }

  it("fires with it, at the instants asked for", async () => {
    const { clock, base } = runningClock();
    const fired: number[] = [];
    for (const at of [3, 1, 2]) clock.after(seconds(at), () => fired.push(clock.now() - START));
    clock.after(seconds(1), () => expect.unreachable()).cancel();
    await base.advance(seconds(10), settled);
    expect(fired).toEqual([1000, 2000, 3000]);
  });

  it("stands still while it is paused, and goes on from the time it shows", async () => {
    const { clock, base } = runningClock();
    const fired: number[] = [];
    clock.after(seconds(10), () => fired.push(clock.now() - START));
    await base.advance(seconds(4), settled);
    clock.pause();
    clock.pause();
    await base.advance(minutes(5), settled);
    expect({ fired, now: clock.now() - START, offset: clock.offset }).toEqual({
      fired: [],
      now: 4000,
      offset: -300_000,
    });
    clock.resume();
    clock.resume();
    expect(clock.now() - START).toBe(4000);
    await base.advance(seconds(6), settled);
    expect(fired).toEqual([10_000]);
    expect(clock.offset).toBe(-300_000);
  });

  it("can be moved by hand while it is paused", async () => {
    const { clock, base } = runningClock();
    const fired: number[] = [];
    clock.pause();
    clock.after(seconds(10), () => fired.push(clock.now() - START));
    clock.after(seconds(20), () => fired.push(clock.now() - START));
    await clock.advance(seconds(15), settled);
    await base.advance(minutes(1), settled);
    expect({ fired, now: clock.now() - START }).toEqual({ fired: [10_000], now: 15_000 });
  });

  it("can be paused and resumed while it is moved", async () => {
    const { clock, base } = runningClock();
    const stamps: number[] = [];
    clock.after(seconds(10), () => clock.pause());
    clock.after(seconds(20), () => clock.resume());
    clock.after(seconds(30), () => stamps.push(clock.now() - START));
    await clock.advance(seconds(25), settled);
    await base.advance(seconds(5), settled);
    expect(stamps).toEqual([30_000]);
  });

  it("never goes back when settling takes longer than what is left of the way", async () => {
    const { clock, base } = runningClock();
    clock.after(seconds(1), () => {});
    await clock.advance(seconds(5), () => base.advance(seconds(30), settled));
    expect(clock.now() - START).toBe(61_000);
  });

  it("fires nothing by itself while it is moved: one thing at a time", async () => {
    const { clock, base } = runningClock();
    const story: string[] = [];
    clock.after(seconds(1), () => void story.push("first"));
    clock.after(seconds(2), () => void story.push("second"));
    const held = Promise.withResolvers<void>();
    const moved = clock.advance(seconds(1), () => held.promise);
    await base.advance(seconds(60), settled);
    expect(story).toEqual(["first"]);
    held.resolve();
    await moved;
    await base.advance(seconds(0), settled);
    expect(story).toEqual(["first", "second"]);
  });
});
