import { expect, it } from "vitest";
import { FakeStackImages } from "../../src/engine/fake/fake-stack-images.ts";
import { chooseStack } from "../../src/platform/choose-stack.ts";

const NODE = { files: [{ path: "package.json", mode: 0o644 }], pythonMinor: undefined };
const PYTHON = { files: [{ path: "app.py", mode: 0o644 }], pythonMinor: undefined };

const NEITHER = { files: [{ path: "Dockerfile", mode: 0o644 }], pythonMinor: undefined };

it.each<[string, typeof NODE, made: string[], last: string | undefined, minor: string, usesPython: boolean]>([
  ["a Python app waits for its own", PYTHON, ["3.11"], undefined, "3.14", true],
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
