import { expect, expectTypeOf, it } from "vitest";
import * as library from "../../src/index.ts";
import type { Platform } from "../../src/index.ts";
import * as testing from "../../src/testing/create-dynosim.ts";
import type { Dynosim } from "../../src/testing/create-dynosim.ts";

it("the library's doors are short: a new name here is a decision", () => {
  expect(Object.keys(library).toSorted()).toEqual(["explain", "openPlatform"]);
  expectTypeOf<Platform>().toExtend<AsyncDisposable>();
  expect(Object.keys(testing).toSorted()).toEqual(["DynosimError", "createDynosim"]);
  expectTypeOf<ReturnType<typeof testing.createDynosim>>().resolves.toEqualTypeOf<Dynosim>();
});
