import { describe, expect, it } from "vitest";
import { ENFORCEMENT } from "../../src/dyno/enforcement.ts";
import { launchSpec } from "../../src/dyno/plan.ts";
import { planFor } from "../../src/formation/plans.ts";
import { DYNO_TYPES } from "../../src/heroku/dyno-types.ts";
import type { AppName, DynoName, ImageId, InstanceId } from "../../src/heroku/names.ts";
import { WEB } from "../../src/heroku/names.ts";
import { bytes, instant } from "../../src/kernel/units.ts";
import { dynoMetadata } from "../../src/release/dyno-metadata.ts";
import type { Release } from "../../src/release/release.ts";

const OWNER = { instance: "9daa2797" as InstanceId, app: "example-app" as AppName };
const RELEASE: Release = {
  id: "1",
  version: 42,
  description: "Set A config vars",
  user: "user@localhost",
  createdAt: instant(Date.UTC(2015, 3, 2, 18, 0, 42, 123)),
  status: "succeeded",
  configVars: {},
  slug: {
    image: "image" as ImageId,
    inputs: "",
    commit: "2c3a0b24069af49b3de35b8e8c26765c1dba9ff0",
    pythonMinor: "3.13",
    buildpacks: [],
    processTypes: { web: "serve" },
    size: bytes(1),
    checksum: "SHA256:0123456789",
  },
};

const OF_APP_AND_RELEASE = {
  HEROKU_APP_ID: "9daa2797",
  HEROKU_APP_NAME: "example-app",
  HEROKU_APP_DEFAULT_DOMAIN_NAME: "example-app.localhost",
  HEROKU_RELEASE_CREATED_AT: "2015-04-02T18:00:42Z",
  HEROKU_RELEASE_VERSION: "v42",
  HEROKU_SLUG_COMMIT: "2c3a0b24069af49b3de35b8e8c26765c1dba9ff0",
  HEROKU_SLUG_DESCRIPTION: "Deploy 2c3a0b24",
};
const OF_BUILD = {
  HEROKU_BUILD_COMMIT: "2c3a0b24069af49b3de35b8e8c26765c1dba9ff0",
  HEROKU_BUILD_DESCRIPTION: "Deploy 2c3a0b24",
};

describe("dyno metadata (heroku.md 5.2)", () => {
  it.each<[Release["metadata"], Record<string, string>]>([
    [undefined, {}],
    [[], {}],
    [["runtime-dyno-metadata"], OF_APP_AND_RELEASE],
    [["runtime-dyno-build-metadata"], OF_BUILD],
    [["runtime-dyno-metadata", "runtime-dyno-build-metadata"], { ...OF_APP_AND_RELEASE, ...OF_BUILD }],
  ])("of a release with %j", (metadata, variables) => {
    expect(dynoMetadata(OWNER, { ...RELEASE, metadata })).toEqual(variables);
  });

  it("a slug without a commit goes by its own sum", () => {
    const slug = { ...RELEASE.slug!, commit: undefined };
    expect(dynoMetadata(OWNER, { ...RELEASE, slug, metadata: ["runtime-dyno-metadata"] })).toMatchObject({
      HEROKU_SLUG_COMMIT: "0123456789",
      HEROKU_SLUG_DESCRIPTION: "Deploy 01234567",
    });
  });

  it.each<[Release["metadata"], string | undefined]>([
    [["runtime-dyno-metadata"], "an-id"],
    [["runtime-dyno-build-metadata"], undefined],
  ])("with %j the dyno's own id is %s", (metadata, id) => {
    const plan = planFor(OWNER, { ...RELEASE, metadata }, WEB, DYNO_TYPES.eco);
    if (plan === undefined) throw new Error("no plan");
    const life = { name: "web.1" as DynoName, id: "an-id", port: undefined };
    expect(launchSpec(life, plan, ENFORCEMENT).env["HEROKU_DYNO_ID"]).toBe(id);
  });
});
