import { describe, expect, it } from "vitest";
import { bytes, instant } from "../../src/kernel/units.ts";
import { defaultTypeOf, withDynoTypes } from "../../src/platform/dyno-types.ts";
import type { State } from "../../src/platform/state.ts";
import type { Release } from "../../src/release/release.ts";

type Some = Pick<State, "era" | "dynoType" | "formation" | "releases">;

function state(formation: State["formation"], part: Partial<Some> = {}): Some {
  const releases = [released(Object.keys(formation))];
  return { era: "now", dynoType: undefined, formation, releases, ...part };
}

const STORED = { web: { quantity: 1, size: "eco" }, worker: { quantity: 1, size: "eco" } };

describe("--dyno-type", () => {
  it.each([
    ["basic", "basic", "web=1:basic worker=1:basic"],
    ["Standard-2X", "standard-2x", "web=1:standard-2x worker=1:standard-2x"],
    ["web=basic,worker=standard-1x", undefined, "web=1:basic worker=1:standard-1x"],
    [" web=basic , worker=basic ", undefined, "web=1:basic worker=1:basic"],
    ["basic,worker=performance-m", "basic", "web=1:basic worker=1:performance-m"],
    ["basic,clock=standard-1x", "basic", "web=1:basic worker=1:basic clock=0:standard-1x"],
  ])("%s", (text, dynoType, formation) => {
    const sized = withDynoTypes(state(STORED), text);
    if (!sized.ok) throw new Error(sized.failure.kind);
    expect(sized.value.dynoType).toBe(dynoType);
    expect(shown(sized.value.formation)).toBe(formation);
  });

  it("before the first deploy: web has one dyno, the others none", () => {
    const sized = withDynoTypes(state({}), "web=basic,worker=standard-1x");
    expect(sized.ok && shown(sized.value.formation)).toBe("web=1:basic worker=0:standard-1x");
  });

  it.each([
    ["standart-1x", { kind: "unknown-dyno-type", size: "standart-1x" }],
    ["web=", { kind: "unknown-dyno-type", size: "" }],
    ["", { kind: "unknown-dyno-type", size: "" }],
    ["web=basic,", { kind: "unknown-dyno-type", size: "" }],
    ["web=basic=eco", { kind: "unknown-dyno-type", size: "basic=eco" }],
    ["web=basic", { kind: "mixed-dyno-types", sizes: ["Eco", "Basic"] }],
  ])("%s is refused", (text, failure) => {
    expect(withDynoTypes(state(STORED), text)).toMatchObject({ ok: false, failure });
  });

  it("what runs three times stays on a type that may", () => {
    const three = state({ web: { quantity: 3, size: "standard-1x" } });
    expect(withDynoTypes(three, "basic")).toMatchObject({ ok: false, failure: { kind: "scaling-limit" } });
    expect(withDynoTypes(three, "performance-m").ok).toBe(true);
  });
});

it.each([
  [{}, "eco"],
  [STORED, "eco"],
  [{ web: { quantity: 1, size: "basic" } }, "basic"],
  [{ web: { quantity: 2, size: "performance-l" } }, "standard-1x"],
  [{ web: { quantity: 0, size: "performance-l" } }, "eco"],
])("a process type that is new beside %j: %s", (formation, name) => {
  expect(defaultTypeOf(state(formation)).name).toBe(name);
});

it("a new process type is of the app's dyno type where it has one, and of the era's", () => {
  expect(defaultTypeOf(state(STORED, { dynoType: "basic" })).name).toBe("basic");
  expect(defaultTypeOf(state({}, { era: "legacy" })).name).toBe("free");
});

function shown(formation: State["formation"]): string {
  return Object.entries(formation)
    .map(([type, { quantity, size }]) => `${type}=${quantity}:${size}`)
    .join(" ");
}

function released(types: readonly string[]): Release {
  return {
    id: "1",
    version: 1,
    description: "Deploy",
    user: "user@localhost",
    createdAt: instant(0),
    status: "succeeded",
    configVars: {},
    slug: {
      image: "image" as never,
      inputs: "",
      commit: undefined,
      pythonMinor: "3.13",
      buildpacks: [],
      processTypes: Object.fromEntries(types.map((type) => [type, "run"])),
      size: bytes(1),
      checksum: "",
    },
  };
}
