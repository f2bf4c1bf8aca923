import { resolve } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

it("set-up that may not install an engine says what is missing and what to do, with status 3", async () => {
  const setup = await execa("sh", ["scripts/setup-engine", "start"], {
    cwd: ROOT,
    env: { DOCKER_HOST: "unix:///nowhere/engine.sock", DYNOSIM_SETUP_ENGINE: "no" },
    reject: false,
  });
  expect(setup.exitCode).toBe(3);
  expect(setup.stderr).toMatch(/^setup: .+/);
});

it("set-up finds everything there, and does nothing", async () => {
  const setup = await execa("sh", ["scripts/setup"], { cwd: ROOT, reject: false });
  expect(setup).toMatchObject({ exitCode: 0, stdout: "" });
});
