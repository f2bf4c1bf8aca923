import { expect, it } from "vitest";
import { ERAS } from "../../src/heroku/eras.ts";
import type { DynoName } from "../../src/heroku/names.ts";
import { instant } from "../../src/kernel/units.ts";
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
