import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";
import { runCli } from "./puppet-host.ts";
import { COMPILE_CACHE } from "./compile-cache.ts";

const MAIN = new URL("./puppet-main.ts", import.meta.url).pathname;

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("a build without a running app is ended by %s", async (signal, code) => {
  const folder = mkdtempSync(join(tmpdir(), "dynosim-interrupted-"));
  const environment = { HOME: folder, PATH: process.env["PATH"] ?? "", PUPPET: "building", ...COMPILE_CACHE };
  const build = execa(process.execPath, [MAIN, "build"], {
    cwd: folder,
    env: environment,
    extendEnv: false,
    reject: false,
  });
  let told = "";
  build.stderr.on("data", (chunk: Buffer) => (told += chunk.toString()));
  await expect.poll(() => told).toContain("----->");
  build.kill(signal);
  expect((await build).exitCode).toBe(code);
  rmSync(folder, { recursive: true, force: true });
});

it("what is noticed while the command works follows its words, not in the middle of them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dynosim-noticed-"));
  try {
    const environment = {
      HOME: folder,
      PATH: process.env["PATH"] ?? "",
      PUPPET: "noticing",
      ...COMPILE_CACHE,
    };
    const { stderr } = await runCli(MAIN, ["config:set", "A=1"], { input: "", cwd: folder, environment });
    expect(stderr).toMatch(
      /^noticed while opening\nSetting A and restarting ⬢ example\.\.\. done, v\d+\nnoticed while working\n$/,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
