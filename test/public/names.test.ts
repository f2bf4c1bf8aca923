import { expect, expectTypeOf, it } from "vitest";
import * as library from "../../src/index.ts";
import type { Platform } from "../../src/index.ts";

it("the library's door is short: a new name here is a decision", () => {
  expect(Object.keys(library).toSorted()).toEqual(["explain", "openPlatform"]);
  expectTypeOf<Platform>().toExtend<AsyncDisposable>();
});
