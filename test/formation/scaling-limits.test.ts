import { describe, expect, it } from "vitest";
import { scaled } from "../../src/formation/quantity.ts";
import type { Wanted } from "../../src/formation/wanted.ts";
import { dynoTypeNamed } from "../../src/heroku/dyno-types.ts";

/** `web=1:eco worker=0:eco` */
function formation(text: string): readonly Wanted[] {
  return text.split(" ").map((one) => {
    const [, type = "", quantity = "", name = ""] = /^(\w+)=(\d+):(.*)$/.exec(one) ?? [];
    const size = dynoTypeNamed(name);
    if (size === undefined) throw new Error(`${name} is no dyno type`);
    return { type, quantity: Number(quantity), size };
  });
}

function requests(text: string): Parameters<typeof scaled>[1] {
  return text.split(" ").map((one) => {
    const [, type = "", quantity, size] = /^(\w+)(?:=?([+-]?\d+))?(?::(.*))?$/.exec(one) ?? [];
    return { type, quantity, size };
  });
}

describe("scaling within Heroku's limits (heroku.md 1.2)", () => {
  it.each([
    ["web=1:eco worker=0:eco", "worker=1", "web=1:eco worker=1:eco"],
    ["web=1:eco worker=0:eco", "web=2:Standard-1X", "web=2:standard-1x worker=0:standard-1x"],
    ["web=1:eco worker=1:eco", "web=2:standard-1x worker:basic", "web=2:standard-1x worker=1:basic"],
    ["web=1:eco worker=1:eco", "worker=0 web:standard-2x", "web=1:standard-2x worker=0:standard-2x"],
    ["web=1:basic worker=0:basic", "web=5:performance-l", "web=5:performance-l worker=0:basic"],
    ["web=0:eco worker=1:eco", "worker:basic", "web=0:basic worker=1:basic"],
    ["web=1:basic", "web-3", "web=0:basic"],
    ["web=1:standard-1x", "web+99", "web=100:standard-1x"],
    [
      "web=10:performance-m worker=0:performance-m",
      "worker=10",
      "web=10:performance-m worker=10:performance-m",
    ],
  ])("%s, %s: %s", (before, change, after) => {
    expect(scaled(formation(before), requests(change))).toEqual({ ok: true, value: formation(after) });
  });

  it.each([
    ["web=1:eco worker=1:eco", "web:basic", { kind: "mixed-dyno-types", sizes: ["Eco", "Basic"] }],
    [
      "web=1:standard-1x worker=0:standard-1x",
      "worker=1:eco",
      { kind: "mixed-dyno-types", sizes: ["Eco", "Standard-1X"] },
    ],
    ["web=1:free worker=1:free", "web:hobby", { kind: "mixed-dyno-types", sizes: ["Free", "Hobby"] }],
    [
      "web=1:hobby worker=1:hobby",
      "web:standard-1x",
      { kind: "mixed-dyno-types", sizes: ["Hobby", "Standard-1X"] },
    ],
    ["web=1:eco", "web=2", { kind: "scaling-limit", size: "Eco", quantity: 2, limit: 1, scope: "type" }],
    ["web=1:basic", "web=2", { kind: "scaling-limit", size: "Basic", limit: 1, scope: "type" }],
    [
      "web=1:eco worker=1:eco clock=0:eco",
      "clock=1",
      { kind: "scaling-limit", size: "Eco", quantity: 3, limit: 2, scope: "app" },
    ],
    ["web=1:performance-l", "web=11", { kind: "scaling-limit", limit: 10, scope: "type" }],
    // whatever they are, 100 is the most
    [
      "web=60:standard-1x worker=40:standard-2x clock=0:basic",
      "clock=1",
      { kind: "scaling-limit", quantity: 101, limit: 100, scope: "app" },
    ],
    ["web=1:eco", "web=1:giga", { kind: "unknown-dyno-type", size: "giga" }],
    ["web=1:eco", "clock=1", { kind: "unknown-process-type", type: "clock", known: ["web"] }],
  ])("%s, %s: refused", (before, change, failure) => {
    expect(scaled(formation(before), requests(change))).toMatchObject({ ok: false, failure });
  });
});
