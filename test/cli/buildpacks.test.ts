import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hostPuppet, type PuppetHost } from "./puppet-host.ts";

let host: PuppetHost;
beforeAll(async () => {
  host = await hostPuppet();
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
});
beforeEach(() => {
  host.platform.asked.length = 0;
  host.platform.refusal = undefined;
  host.platform.vars = {};
});

const NODE = "heroku/nodejs";
const NGINX = "https://github.com/heroku/heroku-buildpack-nginx";
const RUN_ONE = "Run dynosim up to create a new release using this buildpack.\n";
const RUN_MORE = "Run dynosim up to create a new release using these buildpacks.\n";

type Case = [
  command: string,
  before: string[],
  after: string[],
  stdout: string,
  stderr: string,
  code: number,
];

/** The words of heroku/cli v11, test/unit/commands/buildpacks. */
describe("buildpacks", () => {
  it.each<Case>([
    ["buildpacks", [], [], "⬢ example has no Buildpacks.\n", "", 0],
    [
      "buildpacks",
      [NODE],
      [NODE],
      "=== ⬢ example Classic Buildpack (from the Heroku Buildpack Registry)\n\nheroku/nodejs\n",
      "",
      0,
    ],
    [
      "buildpacks",
      [NODE, NGINX],
      [NODE, NGINX],
      `=== ⬢ example Classic Buildpacks (from the Heroku Buildpack Registry)\n\n1. heroku/nodejs\n2. ${NGINX}\n`,
      "",
      0,
    ],
    [
      "buildpacks:set heroku/python",
      [],
      ["heroku/python"],
      `Buildpack set. Next release on ⬢ example will use heroku/python.\n${RUN_ONE}`,
      "",
      0,
    ],
    [
      `buildpacks:set ${NGINX}`,
      [NODE, "heroku/python"],
      [NGINX, "heroku/python"],
      `Buildpack set. Next release on ⬢ example will use:\n  1. ${NGINX}\n  2. heroku/python\n${RUN_MORE}`,
      "",
      0,
    ],
    [
      `buildpacks:set ${NGINX} -i 2`,
      [NODE, "heroku/python"],
      [NODE, NGINX],
      `Buildpack set. Next release on ⬢ example will use:\n  1. heroku/nodejs\n  2. ${NGINX}\n${RUN_MORE}`,
      "",
      0,
    ],
    [
      `buildpacks:set ${NGINX} --index 9`,
      [NODE],
      [NODE, NGINX],
      `Buildpack set. Next release on ⬢ example will use:\n  1. heroku/nodejs\n  2. ${NGINX}\n${RUN_MORE}`,
      "",
      0,
    ],
    [
      `buildpacks:add ${NGINX}`,
      [NODE],
      [NODE, NGINX],
      `Buildpack added. Next release on ⬢ example will use:\n  1. heroku/nodejs\n  2. ${NGINX}\n${RUN_MORE}`,
      "",
      0,
    ],
    [
      `buildpacks:add ${NGINX} --index 1`,
      [NODE],
      [NGINX, NODE],
      `Buildpack added. Next release on ⬢ example will use:\n  1. ${NGINX}\n  2. heroku/nodejs\n${RUN_MORE}`,
      "",
      0,
    ],
    [
      `buildpacks:remove ${NGINX}`,
      [NODE, NGINX],
      [NODE],
      `Buildpack removed. Next release on ⬢ example will use heroku/nodejs.\n${RUN_ONE}`,
      "",
      0,
    ],
    [
      "buildpacks:remove -i 1",
      [NODE, NGINX, "heroku/python"],
      [NGINX, "heroku/python"],
      `Buildpack removed. Next release on ⬢ example will use:\n  1. ${NGINX}\n  2. heroku/python\n${RUN_MORE}`,
      "",
      0,
    ],
    [
      "buildpacks:remove heroku/nodejs",
      [NODE],
      [],
      "Buildpack removed. Next release on ⬢ example will detect buildpacks normally.\n",
      "",
      0,
    ],
    [
      "buildpacks:clear",
      [NODE, NGINX],
      [],
      "Buildpacks cleared. Next release on ⬢ example will detect buildpacks normally.\n",
      "",
      0,
    ],
  ])("%s of %j", async (command, before, after, stdout, stderr, exitCode) => {
    host.platform.buildpackList = before;
    expect(await host.dynosim(command.split(" "))).toEqual({ exitCode, stdout, stderr });
    expect(host.platform.buildpackList).toEqual(after);
  });

  it.each<[command: string, before: string[], error: string, code: number]>([
    ["buildpacks:add heroku/nodejs", [NODE], "The buildpack heroku/nodejs is already set on your app.", 1],
    [
      "buildpacks:set urn:buildpack:heroku/nodejs",
      [NODE],
      "The buildpack urn:buildpack:heroku/nodejs is already set",
      1,
    ],
    ["buildpacks:add x/y --index 0", [], "Invalid index. Must be greater than 0.", 1],
    ["buildpacks:set x/y --index -1", [], "Invalid index. Must be greater than 0.", 1],
    ["buildpacks:set x/y -i two", [], "Invalid index. Must be greater than 0.", 1],
    ["buildpacks:remove -i 2", [NODE], "Invalid index. Only valid value is 1.", 1],
    ["buildpacks:remove -i 3", [NODE, NGINX], "Invalid index. Please choose a value between 1 and 2", 1],
    ["buildpacks:remove heroku/python", [NODE], "Buildpack not found. Nothing was removed.", 1],
    [
      "buildpacks:remove heroku/python",
      [],
      "No buildpacks were found. Next release on example will detect buildpack normally.",
      1,
    ],
    [
      "buildpacks:remove -i 1 heroku/nodejs",
      [NODE],
      "Please choose either index or Buildpack, but not both.",
      1,
    ],
    ["buildpacks:remove", [NODE], "Must specify a buildpack to remove, either by index or URL.", 2],
    ["buildpacks:add", [NODE], "Usage: dynosim buildpacks:add BUILDPACK", 2],
    ["buildpacks:set", [NODE], "Usage: dynosim buildpacks:set BUILDPACK", 2],
  ])("%s of %j changes nothing", async (command, before, error, exitCode) => {
    host.platform.buildpackList = before;
    const outcome = await host.dynosim(command.split(" "));
    expect(outcome.stderr).toContain(error);
    expect(outcome).toMatchObject({ exitCode, stdout: "" });
    expect(host.platform.buildpackList).toEqual(before);
  });

  it("a typo is answered with what was meant", async () => {
    host.platform.buildpackList = [];
    host.platform.refusal = {
      kind: "unknown-buildpack",
      name: "heroku/pyton",
      meant: "heroku/python",
      known: ["heroku/python"],
      repository: undefined,
    };
    const { stderr, exitCode } = await host.dynosim(["buildpacks:set", "heroku/pyton"]);
    expect(stderr).toContain("heroku/pyton is not in the buildpack registry.");
    expect(stderr).toContain("Did you mean heroku/python?");
    expect(exitCode).toBe(1);
  });

  it("clear says that BUILDPACK_URL stays in force", async () => {
    host.platform.buildpackList = [NODE];
    host.platform.vars = { BUILDPACK_URL: NGINX };
    expect(await host.dynosim(["buildpacks:clear"])).toEqual({
      exitCode: 0,
      stdout: "Buildpacks cleared.\n",
      stderr:
        " ›   Warning: The BUILDPACK_URL config var is still set and will be used for the next release\n",
    });
  });

  it("as JSON they are the API's", async () => {
    host.platform.buildpackList = [NODE, NGINX];
    const { stdout } = await host.dynosim(["buildpacks", "--json"]);
    expect(JSON.parse(stdout)).toEqual([
      { buildpack: { name: NODE, url: "urn:buildpack:heroku/nodejs" }, ordinal: 0 },
      { buildpack: { name: NGINX, url: NGINX }, ordinal: 1 },
    ]);
  });
});

describe("a build with other buildpacks or images", () => {
  it("asks for them, for this build", async () => {
    await host.dynosim([
      "build",
      "--buildpack",
      "./mine",
      "--buildpack",
      NODE,
      "--stack-image",
      "build=b:1,run=r:1",
    ]);
    expect(host.platform.asked).toMatchObject([
      { build: { buildpacks: ["./mine", NODE], images: { build: "b:1", run: "r:1" } } },
    ]);
    host.platform.asked.length = 0;
    await host.dynosim(["build", "--stack-image", "own"]);
    expect(host.platform.asked).toMatchObject([{ build: { images: "own" } }]);
  });

  it.each(["heroku/heroku:24", "build=x", "build=x,run=", "build=x,run=y,test=z", "run=y"])(
    "--stack-image %s is no pair",
    async (images) => {
      const outcome = await host.dynosim(["build", "--stack-image", images]);
      expect(outcome.stderr).toContain(`--stack-image takes two images, not ${images}.`);
      expect(outcome.exitCode).toBe(2);
    },
  );
});
