import { describe, expect, it } from "vitest";
import { ERAS } from "../../src/heroku/eras.ts";
import type { DynoName } from "../../src/heroku/names.ts";
import { FrozenClock } from "../../src/kernel/frozen-clock.ts";
import { MovableClock } from "../../src/kernel/movable-clock.ts";
import { instant, millis } from "../../src/kernel/units.ts";
import { Channel } from "../../src/logplex/channel.ts";
import { EVERYTHING } from "../../src/logplex/filter.ts";

function channelWith(count: number): Channel {
  const channel = new Channel(ERAS.now);
  for (let number = 1; number <= count; number += 1) {
    const dyno = (number % 2 === 0 ? "web.1" : "worker.1") as DynoName;
    channel.tell({ kind: "output", at: instant(number), dyno, text: String(number) });
  }
  return channel;
}

it("keeps the newest 1,500 lines (heroku.md 7)", () => {
  const texts = channelWith(1600)
    .recent(EVERYTHING, 5000)
    .map((line) => line.text);
  expect(texts.length).toBe(1500);
  expect(texts[0]).toBe("101");
  expect(texts.at(-1)).toBe("1600");
});

it.each([
  [{ dyno: "web.1" }, ["2", "4", "6"]],
  [{ type: "worker" }, ["1", "3", "5"]],
  [{ source: "heroku" }, []],
  [{}, ["1", "2", "3", "4", "5", "6"]],
] as const)("filters by %j", (filter, texts) => {
  const lines = channelWith(6).recent({ ...EVERYTHING, ...filter }, 100);
  expect(lines.map((line) => line.text)).toEqual(texts);
});

it("a tail gets what comes after it, until it is disposed", () => {
  const channel = channelWith(2);
  const seen: string[] = [];
  const tell = (text: string): void =>
    channel.tell({ kind: "output", at: instant(9), dyno: "web.1" as DynoName, text });
  const tail = channel.tail(EVERYTHING, (line) => seen.push(line.text));
  tell("in time");
  tail[Symbol.dispose]();
  tell("too late");
  expect(seen).toEqual(["in time"]);
});

describe("what comes with each request", () => {
  function open(): { channel: Channel; clock: MovableClock; seen: string[]; tell: (text: string) => void } {
    const clock = new MovableClock(new FrozenClock(instant(0)));
    const channel = new Channel(ERAS.now, clock);
    const seen: string[] = [];
    channel.tail(EVERYTHING, ({ text }, more) => seen.push(more ? text : `${text}.`));
    const tell = (text: string): void =>
      channel.tell({ kind: "output", at: instant(0), dyno: "web.1" as DynoName, text });
    return { channel, clock, seen, tell };
  }

  it("is told together, a moment later, the last one without `more`", async () => {
    const { clock, seen, tell } = open();
    for (const text of ["1", "2", "3"]) tell(text);
    expect(seen).toEqual([]);
    await clock.advance(millis(20), async () => {});
    expect(seen).toEqual(["1", "2", "3."]);
    tell("4");
    await clock.advance(millis(20), async () => {});
    expect(seen.at(-1)).toBe("4.");
  });

  it("comes before everything that is told after it, which waits for nothing", () => {
    const { channel, seen, tell } = open();
    tell("1");
    channel.tell({ kind: "api", at: instant(0), text: "Scaled" });
    expect(seen).toEqual(["1", "Scaled."]);
  });

  it("is there for who asks, and is told once", () => {
    const { channel, seen, tell } = open();
    tell("1");
    expect(channel.recent(EVERYTHING, 10).map(({ text }) => text)).toEqual(["1"]);
    tell("2");
    const later: string[] = [];
    channel.tail(EVERYTHING, ({ text }) => later.push(text));
    tell("3");
    channel.flush();
    expect([seen, later]).toEqual([["1.", "2.", "3."], ["3"]]);
  });

  it("is not lost by who leaves before the moment has passed", () => {
    const { channel, tell } = open();
    const heard: string[] = [];
    const tail = channel.tail(EVERYTHING, ({ text }) => heard.push(text));
    tell("1");
    tail[Symbol.dispose]();
    tell("2");
    channel.flush();
    expect(heard).toEqual(["1"]);
  });

  it("does not wait while somebody wants it at once", () => {
    const { channel, tell, seen } = open();
    const heard: string[] = [];
    using _tail = channel.tail(EVERYTHING, ({ text }) => heard.push(text), true);
    tell("1");
    expect([heard, seen]).toEqual([["1"], ["1."]]);
  });

  it("waits in bounded numbers only", () => {
    const { seen, tell } = open();
    for (let number = 1; number <= 1001; number++) tell(String(number));
    expect(seen.length).toBe(1000);
  });
});
