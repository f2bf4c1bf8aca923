import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hostFiles, readHostSettings } from "../../../src/engine/docker/host-settings.ts";
import { readNpmSettings } from "../../../src/engine/docker/npm-settings.ts";

async function settingsOf(
  npmrc: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, string>>> {
  const home = await mkdtemp(join(tmpdir(), "dynosim-npmrc-"));
  await writeFile(join(home, ".npmrc"), npmrc);
  try {
    return await readNpmSettings({ HOME: home, ...variables });
  } finally {
    await rm(home, { recursive: true });
  }
}

it.each<[what: string, npmrc: string, variables: Record<string, string>, settings: Record<string, string>]>([
  ["a registry", "registry=https://npm.example/\n", {}, { registry: "https://npm.example/" }],
  [
    "blanks, quotes, a path",
    ' registry = "https://npm.example/all"',
    {},
    { registry: "https://npm.example/all" },
  ],
  ["one of a scope", "@us:registry=https://us.example/", {}, { "@us:registry": "https://us.example/" }],
  [
    "the variable wins",
    "registry=https://npm.example/",
    { NPM_CONFIG_REGISTRY: "https://other.example" },
    { registry: "https://other.example/" },
  ],
  ["another file", "registry=https://npm.example/", { NPM_CONFIG_USERCONFIG: "/nowhere" }, {}],
  [
    "no token",
    "registry=https://npm.example/\n//npm.example/:_authToken=s3cret\n_auth=abc\n",
    {},
    { registry: "https://npm.example/" },
  ],
  ["no password", "registry=https://me:s3cret@npm.example/", {}, { registry: "https://npm.example/" }],
  ["not what a container cannot reach", "registry=http://localhost:4873/", {}, {}],
  ["no comment, nothing else", "; registry=https://npm.example/\nproxy=http://p\nstrict-ssl=false", {}, {}],
])("an npmrc gives a build %s", async (_, npmrc, variables, settings) => {
  expect(await settingsOf(npmrc, variables)).toEqual(settings);
});

it("goes into builds as /etc/npmrc", async () => {
  const settings = await readHostSettings({ HOME: "/nowhere" });
  const host = { ...settings, npm: { registry: "https://npm.example/", cafile: "/etc/bundle" } };
  expect(hostFiles(host).find(({ path }) => path === "etc/npmrc")?.content).toBe(
    "registry=https://npm.example/\ncafile=/etc/bundle\n",
  );
});
