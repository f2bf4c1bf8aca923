import { describe, expect, it } from "vitest";
import { appName, parseDynoName, toAppName } from "../../src/heroku/names.ts";

describe("app names", () => {
  it.each([
    ["my-app", true],
    ["a", true],
    ["App", false],
    ["1app", false],
    ["app-", false],
    ["a".repeat(30), true],
    ["a".repeat(31), false],
    ["", false],
  ])("%j is one: %s", (text, valid) => expect(appName(text) !== undefined).toBe(valid));

  it.each([
    ["My App_2", "my-app-2"],
    ["Ünïcode", "unicode"],
    ["42-things", "things"],
    ["___", "app"],
    [`${"a".repeat(29)}-b`, "a".repeat(29)],
  ])("%j becomes %j", (text, name) => {
    expect(toAppName(text)).toBe(name);
    expect(appName(name)).toBe(name);
  });
});

it.each([
  ["web.1", { type: "web", number: 1 }],
  ["my-worker.12", { type: "my-worker", number: 12 }],
  ["web", undefined],
  ["web.", undefined],
  ["web.1.2", undefined],
])("dyno name %j", (text, parsed) => expect(parseDynoName(text)).toEqual(parsed));
