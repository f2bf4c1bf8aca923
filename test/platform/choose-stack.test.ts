import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { FakeStackImages } from "../../src/engine/fake/fake-stack-images.ts";
import { chooseStack } from "../../src/platform/choose-stack.ts";
import { SUPPORTED } from "../../src/slug/stack-minor.ts";

const NODE = { files: [{ path: "package.json", mode: 0o644 }], pythonMinor: undefined };
const PYTHON = { files: [{ path: "app.py", mode: 0o644 }], pythonMinor: undefined };

const NEITHER = { files: [{ path: "Dockerfile", mode: 0o644 }], pythonMinor: undefined };

interface App {
  readonly files: readonly { readonly path: string; readonly mode: number }[];
  readonly pythonMinor: string | undefined;
}
const naming = (pythonMinor: string): App => ({ ...PYTHON, pythonMinor });

/** With the Pythons of this machine none stands for one that is named. */
it.each([
  ["the one that is named, here or not", naming("3.12"), undefined, "3.12"],
  ["the one of the last build", PYTHON, "3.12", "3.12"],
  ["else the nearest that is here", PYTHON, undefined, "3.14"],
])("of this machine's Pythons a build takes %s", async (_, source, stickyPython, pythonMinor) => {
  const stack = new FakeStackImages();
  stack.origin = "machine";
  const chosen = await chooseStack(stack, {
    source,
    buildpacks: undefined,
    stickyPython,
    lastMinor: undefined,
  });
  expect(chosen).toEqual({ ok: true, value: { pythonMinor, usesPython: true } });
});

it.each<[string, App, made: string[], last: string | undefined, minor: string, usesPython: boolean]>([
  ["a Python app waits for its own", PYTHON, ["3.11"], undefined, "3.14", true],
  ["what is refused anyway waits for none: 3.9", naming("3.9"), ["3.13"], undefined, "3.13", false],
  ["what is refused anyway waits for none: 3.15", naming("3.15"), ["3.13"], undefined, "3.13", false],
  ["what is not refused waits: 3.10", naming("3.10"), ["3.13"], undefined, "3.11", true],
  ["what is not refused waits: 3.14", naming("3.14"), ["3.13"], undefined, "3.14", true],
  ["a Node.js app takes the newest that is made", NODE, ["3.11", "3.13"], undefined, "3.13", false],
  ["a Node.js app stays where it is", NODE, ["3.11", "3.13"], "3.11", "3.11", false],
  ["a Node.js app whose pair is gone takes another", NODE, ["3.13"], "3.14", "3.13", false],
  [
    "an app of no language waits for no images before it is refused",
    NEITHER,
    ["3.13"],
    undefined,
    "3.13",
    false,
  ],
  ["with none made a Node.js app takes the default", NODE, [], undefined, "3.14", false],
])("%s", async (_, source, made, lastMinor, pythonMinor, usesPython) => {
  const stack = new FakeStackImages();
  for (const minor of made) await stack.build(minor, () => {});
  const chosen = await chooseStack(stack, {
    source,
    buildpacks: undefined,
    stickyPython: undefined,
    lastMinor,
  });
  expect(chosen).toEqual({ ok: true, value: { pythonMinor, usesPython } });
});

it("what is refused is what the buildpack refuses", async () => {
  const path = new URL("../../buildpack-sim/python/data/versions.json", import.meta.url);
  const { oldest, newest } = JSON.parse(await readFile(path, "utf8")) as Record<string, string>;
  expect(SUPPORTED).toEqual({ oldest, newest });
});
