import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
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

it("set-up that may not install an engine, for an app without containers, misses none: no images, status 0", async () => {
  const setup = await execa("sh", ["scripts/setup"], {
    cwd: ROOT,
    env: { DOCKER_HOST: "unix:///nowhere/engine.sock", DYNOSIM_SETUP_ENGINE: "no" },
    reject: false,
  });
  expect(setup).toMatchObject({
    exitCode: 0,
    stdout:
      "setup: no container engine answers, and none is to be set up: dynosim runs apps as processes of this machine",
  });
});

it("set-up for the tests names the programs that are missing and that it may not install, with status 3", async () => {
  const programs = await mkdtemp(join(tmpdir(), "dynosim-programs-"));
  try {
    for (const name of ["sh", "dirname", "git", "curl", "shellcheck", "openssl"]) {
      await symlink((await execa("sh", ["-c", `command -v ${name}`])).stdout, join(programs, name));
    }
    // one that can make virtual environments
    await writeFile(join(programs, "python3"), "#!/bin/sh\n", { mode: 0o755 });
    const env = { PATH: programs, DYNOSIM_SETUP_TOOLS: "no" };
    const setup = await execa("/bin/sh", ["scripts/setup-tools"], {
      cwd: ROOT,
      env,
      extendEnv: false,
      reject: false,
    });
    expect(setup).toMatchObject({
      exitCode: 3,
      stdout: "",
      stderr:
        "setup: the tests need chromium file jq lsof bubblewrap procps, and DYNOSIM_SETUP_TOOLS=no forbids to install anything",
    });
  } finally {
    await rm(programs, { recursive: true });
  }
});

it("set-up finds everything there, and does nothing", async () => {
  const setup = await execa("sh", ["scripts/setup", "tests"], { cwd: ROOT, reject: false });
  expect(setup).toMatchObject({ exitCode: 0, stdout: "" });
});
