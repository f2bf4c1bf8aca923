import { resolve } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";

const BIN = resolve(import.meta.dirname, "../../bin/dynosim.js");

it.each([
  ["20.20.2", 1],
  ["22.17.1", 1],
  ["22.18.0", 0],
])("on Node %s it ends with status %i, and an old one gets one sentence", async (version, exitCode) => {
  const pretend = `Object.defineProperty(process.versions, "node", { value: ${JSON.stringify(version)} })`;
  const run = await execa(
    process.execPath,
    ["--import", `data:text/javascript,${pretend}`, BIN, "--version"],
    {
      reject: false,
    },
  );
  expect(run.exitCode).toBe(exitCode);
  expect(run.stderr).toMatch(
    exitCode === 1 ? /^dynosim needs Node 22\.18 or newer; this is Node [\d.]+ .*\.$/ : /^$/,
  );
});
