import { expect, it } from "vitest";
import { uncasedRules } from "../uncased-rules.ts";
import { RULES } from "./rules.ts";

it("each rule of the facts is held by a case", async () => {
  expect(await uncasedRules(import.meta.dirname, Object.keys(RULES))).toEqual([]);
});
