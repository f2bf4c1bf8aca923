import { expect, it } from "vitest";
import { platformOptions } from "../../src/testing/app-options.ts";

it("limits become the settings that the platform knows", () => {
  const { environment } = platformOptions({ folder: "x", limits: { boot: "5s", firstByte: 250 } });
  expect(environment).toEqual({
    ...process.env,
    DYNOSIM_BOOT_LIMIT_MS: "5000",
    DYNOSIM_FIRST_BYTE_MS: "250",
  });
  expect(() => platformOptions({ folder: "x", limits: { boot: "soon" } })).toThrow('"soon" is no duration');
});

it("each app is a new one on a port of its own, with the config vars that the test gives", () => {
  expect(platformOptions({ folder: "x", config: { A: "1" }, clock: "paused" })).toMatchObject({
    folder: "x",
    port: 0,
    fresh: { configVars: { A: "1" } },
    clock: "paused",
  });
});

it("an engine is one of three", () => {
  expect(platformOptions({ folder: "x" }).engine).toBeUndefined();
  expect(platformOptions({ folder: "x", engine: "process" }).engine).toBe("process");
  expect(() => platformOptions({ folder: "x", engine: "podman" as "docker" })).toThrow(
    "engine is auto, docker, process, not podman.",
  );
});
