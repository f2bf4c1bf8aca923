import { expect, it } from "vitest";
import type { ImageId, InstanceId } from "../../src/heroku/names.ts";
import { instant, bytes } from "../../src/kernel/units.ts";
import { freshState } from "../../src/platform/fresh-state.ts";
import type { Release } from "../../src/release/release.ts";
import type { Slug } from "../../src/release/slug.ts";

const slug = (name: string): Slug => ({
  image: `sha256:${name}` as ImageId,
  inputs: name,
  commit: undefined,
  pythonMinor: "3.13",
  buildpacks: ["python"],
  processTypes: { web: "serve" },
  size: bytes(1),
  checksum: "SHA256:0",
});

const release = (version: number, of: Slug | undefined): Release => ({
  id: String(version),
  version,
  description: "",
  user: "me@example.com",
  createdAt: instant(0),
  status: "succeeded",
  slug: of,
  configVars: { OLD: "1" },
});

it("keeps the place in the engine and the slugs, newest first, and nothing else", () => {
  const fresh = freshState(
    {
      instance: "i" as InstanceId,
      era: "legacy",
      dynoType: "free",
      formation: { web: { quantity: 2, size: "basic" } },
      configVars: { OLD: "1" },
      features: ["preboot"],
      stickyPython: "3.13",
      releases: [release(1, undefined), release(2, slug("a")), release(3, slug("b")), release(4, slug("b"))],
      spareSlugs: ["a", "c", "d", "e", "f", "g"].map(slug),
    },
    { NEW: "1" },
  );
  expect(fresh).toEqual({
    instance: "i",
    stickyPython: "3.13",
    configVars: { NEW: "1" },
    spareSlugs: ["b", "a", "c", "d", "e"].map(slug),
  });
});

it("of nothing comes an app without a past", () => {
  expect(freshState({}, {})).toEqual({ stickyPython: undefined, configVars: {}, spareSlugs: [] });
});
