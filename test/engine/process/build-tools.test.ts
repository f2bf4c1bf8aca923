import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { findBuildTools, searchPath } from "../../../src/engine/process/build-tools.ts";

const NEEDED = `bash stat sort mv comm find xargs tar sed grep awk cmp file jq curl gzip xz zstd`.split(" ");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dynosim-test-tools-"));
  for (const name of ["system", "own"]) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true }));

function install(where: "system" | "own", names: readonly string[]): void {
  for (const name of names) {
    const file = execFileSync("bash", ["-c", `type -P ${name}`], { encoding: "utf8" }).trim();
    symlinkSync(file, join(folder, where, name));
  }
}

function imitate(name: string, script: string): void {
  rmSync(join(folder, "system", name), { force: true });
  writeFileSync(join(folder, "system", name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "system", name), 0o755);
}

const look = (): ReturnType<typeof findBuildTools> =>
  findBuildTools({ PATH: join(folder, "own") }, "linux", join(folder, "system"));

it("finds all that builds need on this machine", async () => {
  expect(await findBuildTools(process.env)).toMatchObject({ ok: true });
});

it("where all is in the usual folders no other counts", async () => {
  install("system", NEEDED);
  expect(await look()).toEqual({ ok: true, value: { before: [], after: [] } });
});

it("takes from the user's PATH what the usual folders lack", async () => {
  install(
    "system",
    NEEDED.filter((name) => name !== "jq"),
  );
  install("own", ["jq"]);
  const found = await look();
  expect(found).toEqual({ ok: true, value: { before: [], after: [join(folder, "own")] } });
  expect(searchPath({ before: ["/gnu"], after: ["/mine"] }, "/usr/bin")).toBe("/gnu:/usr/bin:/mine");
});

it.each([
  [
    ["jq", "zstd"],
    ["jq", "zstd"],
  ],
  [
    ["xargs", "find"],
    ["GNU find", "GNU xargs"],
  ],
  [["stat", "comm"], ["GNU coreutils"]],
])("names what is missing at once: %j", async (gone, names) => {
  install(
    "system",
    NEEDED.filter((name) => !gone.includes(name)),
  );
  const found = await look();
  expect(found.ok ? [] : found.failure).toMatchObject({
    kind: "tools-missing",
    tools: names.map((name) => ({ name })),
  });
});

it.each([
  ["sed", "exit 1", "GNU sed"],
  ["tar", "echo bsdtar 3.5", "GNU tar"],
  ["find", "exit 1", "GNU find"],
])("names what is of another make: %s", async (name, script, said) => {
  install("system", NEEDED);
  imitate(name, script);
  expect(await look()).toMatchObject({ ok: false, failure: { tools: [{ name: said }] } });
});

it("without any bash that is what is missing", async () => {
  expect(await look()).toMatchObject({ ok: false, failure: { tools: [{ name: "bash 4.4 or newer" }] } });
});
