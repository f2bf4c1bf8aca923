import { describe, expect, it } from "vitest";
import type { AppSource } from "../../src/manifest/app-source.ts";
import {
  buildpacksFor,
  buildpacksOf,
  dotBuildpacksNotice,
  foreignStackNotice,
  pinBuildpacks,
  setBuildpacks,
} from "../../src/platform/app-buildpacks.ts";
import type { State } from "../../src/platform/state.ts";
import { PlatformOnFake } from "./platform-on-fake.ts";

function source(buildpacks: readonly string[] = [], files: readonly string[] = []): AppSource {
  return {
    appJson: { buildpacks },
    files: files.map((path) => ({ path, mode: 0o100644 })),
  } as unknown as AppSource;
}

describe("what the next build runs (heroku.md 6.2, 6.6)", () => {
  it.each<
    [
      what: string,
      kept: State["buildpacks"],
      vars: Record<string, string>,
      ofAppJson: string[],
      ran: string[],
    ]
  >([
    ["a new app: detection", undefined, {}, [], []],
    [
      "a new app with an app.json: that",
      undefined,
      {},
      ["urn:buildpack:heroku/nodejs", "x/y"],
      ["heroku/nodejs", "x/y"],
    ],
    [
      "set or pinned: those, whatever app.json says",
      ["heroku/python"],
      {},
      ["heroku/nodejs"],
      ["heroku/python"],
    ],
    ["cleared: detection", [], {}, ["heroku/nodejs"], []],
    [
      "BUILDPACK_URL before all",
      ["heroku/python"],
      { BUILDPACK_URL: "https://e.com/x.git" },
      [],
      ["https://e.com/x.git"],
    ],
    ["an empty BUILDPACK_URL is none", ["heroku/python"], { BUILDPACK_URL: "" }, [], ["heroku/python"]],
  ])("%s", async (_, buildpacks, vars, ofAppJson, ran) => {
    await using on = new PlatformOnFake({}, { buildpacks });
    expect(buildpacksFor(on.app, source(ofAppJson), vars)).toEqual(ran);
  });

  it("an app saved before they were kept has those of its slug", async () => {
    await using on = new PlatformOnFake();
    await on.deploy();
    expect(on.app.state.buildpacks).toBeUndefined();
    expect(buildpacksFor(on.app, source(), {})).toEqual(["python"]);
  });
});

describe("pinning", () => {
  it("the first success pins what ran, a second one nothing; clearing lets the next one pin", async () => {
    await using on = new PlatformOnFake();
    pinBuildpacks(on.app, {}, ["heroku/python"]);
    pinBuildpacks(on.app, {}, ["heroku/nodejs"]);
    expect(on.saved().buildpacks).toEqual(["heroku/python"]);
    expect(on.platform.setBuildpacks([])).toEqual({ ok: true, value: [] });
    expect(on.saved().buildpacks).toEqual([]);
    pinBuildpacks(on.app, {}, ["heroku/nodejs"]);
    expect(on.platform.buildpacks()).toEqual([{ name: "heroku/nodejs", url: "urn:buildpack:heroku/nodejs" }]);
  });

  it("what BUILDPACK_URL names is not pinned: it goes with the config var", async () => {
    await using on = new PlatformOnFake();
    pinBuildpacks(on.app, { BUILDPACK_URL: "./x" }, ["./x"]);
    expect(buildpacksOf(on.app)).toEqual([]);
  });
});

describe("setting", () => {
  it("keeps names in one form, and URLs and folders as they are", async () => {
    await using on = new PlatformOnFake();
    const registry = "https://buildpack-registry.s3.amazonaws.com/buildpacks/heroku-community/apt.tgz";
    const set = setBuildpacks(on.app, [
      registry,
      "urn:buildpack:heroku/python",
      "./mine",
      "https://e.com/x.git#v1",
    ]);
    expect(set).toEqual({
      ok: true,
      value: [
        { name: "heroku-community/apt", url: registry },
        { name: "heroku/python", url: "urn:buildpack:heroku/python" },
        { name: "./mine", url: "./mine" },
        { name: "https://e.com/x.git#v1", url: "https://e.com/x.git#v1" },
      ],
    });
    expect(on.saved().buildpacks).toEqual([
      "heroku-community/apt",
      "heroku/python",
      "./mine",
      "https://e.com/x.git#v1",
    ]);
  });

  it("a name that nobody knows changes nothing", async () => {
    await using on = new PlatformOnFake({}, { buildpacks: ["heroku/python"] });
    expect(setBuildpacks(on.app, ["heroku/nodejs", "heroku/pyton"])).toMatchObject({
      failure: { kind: "unknown-buildpack", name: "heroku/pyton", meant: "heroku/python" },
    });
    expect(on.app.state.buildpacks).toEqual(["heroku/python"]);
  });

  it("images are kept and given up", async () => {
    await using on = new PlatformOnFake();
    on.platform.setStackImages({ build: "b", run: "r" });
    expect(on.saved().stackImages).toEqual({ build: "b", run: "r" });
    on.platform.setStackImages(undefined);
    expect(on.saved().stackImages).toBeUndefined();
  });
});

describe("notices", () => {
  it.each([
    [[".buildpacks"], ["heroku/python"], true],
    [[".buildpacks"], [], true],
    [["app/.buildpacks"], [], false],
    [[".buildpacks"], ["https://github.com/heroku/heroku-buildpack-multi.git"], false],
    [[".buildpacks"], ["https://github.com/ddollar/heroku-buildpack-multi#x"], false],
  ])("%j beside %j: %s", (files, buildpacks, told) => {
    const notice = dotBuildpacksNotice(source([], files), buildpacks);
    expect(notice?.includes("dynosim buildpacks:add URL") ?? false).toBe(told);
  });

  it("ours on other images", () => {
    expect(foreignStackNotice(["heroku/python", "./mine"])).toMatch(/^heroku\/python: dynosim's own/);
    expect(foreignStackNotice(["./mine"])).toBeUndefined();
  });
});
