import { describe, expect, it } from "vitest";
import type { FormationFailure } from "../../../src/formation/failure.ts";
import { explainFormation } from "../../../src/platform/explain/formation.ts";

type Limit = Partial<Extract<FormationFailure, { kind: "scaling-limit" }>>;

describe("explainFormation", () => {
  it.each<readonly [Limit, RegExp, RegExp]>([
    [{}, /^Cannot scale web to 2: Eco allows at most 1 dyno of one process type/, /web=2:standard-1x/],
    // the sum of all types: no one type was asked for that many
    [{ quantity: 3, limit: 2, scope: "app" }, /^Cannot run 3 Eco dynos at once/, /--dyno-type basic/],
    // no larger type lifts these: the advice is not the command that was refused
    [{ size: "standard-1x", quantity: 101, limit: 100, scope: "app" }, /101 Standard-1X/, /fewer/],
    [{ size: "performance-m", quantity: 11, limit: 10 }, /web to 11: Performance-M/, /fewer/],
  ])("says what a scaling limit was about, and what lifts it: %j", (part, title, next) => {
    const limit = {
      kind: "scaling-limit",
      type: "web",
      size: "eco",
      quantity: 2,
      limit: 1,
      scope: "type",
    } as const;
    const explanation = explainFormation({ ...limit, ...part });
    expect(explanation.title).toMatch(title);
    expect(explanation.next).toMatch(next);
  });
});
