import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";

const MAIN = new URL("./puppet-main.ts", import.meta.url).pathname;

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("a build without a running app is ended by %s", async (signal, code) => {
  const folder = mkdtempSync(join(tmpdir(), "dynosim-interrupted-"));
  const environment = { HOME: folder, PATH: process.env["PATH"] ?? "", PUPPET: "building" };
  const build = execa(process.execPath, [MAIN, "build"], {
    cwd: folder,
    env: environment,
    extendEnv: false,
    reject: false,
  });
  let told = "";
  build.stderr.on("data", (chunk: Buffer) => (told += chunk.toString()));
  await expect.poll(() => told, { timeout: 10_000 }).toContain("----->");
  build.kill(signal);
  expect((await build).exitCode).toBe(code);
  rmSync(folder, { recursive: true, force: true });
});
