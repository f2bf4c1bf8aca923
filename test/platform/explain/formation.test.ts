import { describe, expect, it } from "vitest";
import type { FormationFailure } from "../../../src/formation/failure.ts";
import { DYNO_TYPES } from "../../../src/heroku/dyno-types.ts";
import { explainFormation } from "../../../src/platform/explain/formation.ts";

type Limit = Partial<Extract<FormationFailure, { kind: "scaling-limit" }>>;

describe("scaling limits in the words of Heroku's API (heroku.md 1.2)", () => {
  it.each<readonly [Limit, string, RegExp]>([
    [
      {},
      "Cannot update to more than 1 Eco size dynos per process type.",
      /: dynosim ps:scale web=2:standard-1x \(/,
    ],
    // what runs beside it has to go along: eco stands alone
    [
      { others: [{ type: "worker", quantity: 1 }] },
      "Cannot update to more than 1 Eco size dynos per process type.",
      /: dynosim ps:scale web=2:standard-1x worker=1:standard-1x \(/,
    ],
    [
      { size: "Basic", others: [{ type: "worker", quantity: 1 }] },
      "Cannot update to more than 1 Basic size dynos per process type.",
      /: dynosim ps:scale web=2:standard-1x \(/,
    ],
    // the sum of all types: no one type was asked for that many
    [{ quantity: 3, limit: 2, scope: "app" }, "Cannot run more than 2 Eco size dynos.", /--dyno-type basic/],
    // no larger type lifts these: the advice is not the command that was refused
    [
      { size: "standard-1x", quantity: 101, limit: 100, scope: "app" },
      "Cannot run more than 100 Standard-1X size dynos.",
      /fewer/,
    ],
    [
      { size: "performance-m", quantity: 11, limit: 10 },
      "Cannot update to more than 10 Performance-M size dynos per process type.",
      /fewer/,
    ],
  ])("%j", (part, title, next) => {
    const limit = {
      kind: "scaling-limit",
      type: "web",
      size: "eco",
      quantity: 2,
      limit: 1,
      scope: "type",
      others: [],
    } as const;
    const explanation = explainFormation({ ...limit, ...part });
    expect(explanation.title).toBe(title);
    expect(explanation.next).toMatch(next);
  });
});

it("mixed dyno types: how to change all of them", () => {
  expect(explainFormation({ kind: "mixed-dyno-types", sizes: ["Eco", "Standard-1X"] })).toEqual({
    title: "Cannot use the following dyno types in the same app: Eco and Standard-1X",
    body: "Eco dynos stand alone: an app that has some has no others. It is a rule of long standing on Heroku.",
    next: "Change all of them at once: dynosim ps:type standard-1x (before the app is up: dynosim up --dyno-type standard-1x)",
    exitCode: 1,
  });
});

it.each([
  ["standard", "Did you mean standard-1x or standard-2x?"],
  ["1X", "Did you mean standard-1x?"],
  [
    "performance",
    "Did you mean performance-m, performance-l, performance-l-ram, performance-xl or performance-2xl?",
  ],
  ["hoby", "Did you mean hobby?"],
  ["perfomance-l", "Did you mean performance-l?"],
  ["zzzzzzzzzzzz", ""],
])("an unknown dyno type %s: %s", (size, body) => {
  const explanation = explainFormation({ kind: "unknown-dyno-type", size, known: Object.keys(DYNO_TYPES) });
  expect(explanation).toMatchObject({ body, exitCode: 2 });
  expect(explanation.title).toBe(
    `No such size as ${size}. Available dyno sizes are Eco, Basic, Standard-1X, Standard-2X, Performance-M, ` +
      "Performance-L, Performance-L-RAM, Performance-XL, Performance-2XL, Free and Hobby.",
  );
});
