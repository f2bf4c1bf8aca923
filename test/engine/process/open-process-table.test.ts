import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openProcessTable } from "../../../src/engine/process/open-process-table.ts";

const folders: string[] = [];

afterEach(() => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A PATH with nothing but these scripts. */
function onlyPrograms(scripts: Readonly<Record<string, string>>): void {
  const folder = mkdtempSync(join(tmpdir(), "dynosim-path-"));
  folders.push(folder);
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  vi.stubEnv("PATH", folder);
}

const reasonOf = async (prefer: string | undefined): Promise<string> => {
  const opened = await openProcessTable(prefer);
  return opened.ok
    ? `opened ${opened.value.source}`
    : `${opened.failure.kind}: ${"reason" in opened.failure ? opened.failure.reason : ""}`;
};

const INSTALL = "install ps (Debian and Ubuntu: apt-get install procps, Fedora: dnf install procps-ng)";

describe("openProcessTable", () => {
  it.each([
    [undefined, "opened proc"],
    ["", "opened proc"],
    ["proc", "opened proc"],
    ["ps", "opened ps"],
    ["top", 'machine-unfit: DYNOSIM_PROCESS_TABLE is "top", and may be proc or ps'],
  ])("takes what is asked for: %s", async (prefer, expected) => {
    expect(await reasonOf(prefer)).toBe(expected);
  });

  it.each([
    ["no ps", {}, `there is no ps on the PATH; ${INSTALL}`],
    [
      "another ps",
      { ps: "echo 'ps: bad -o argument' >&2; exit 1" },
      `ps fails (ps: bad -o argument); ${INSTALL}`,
    ],
    ["a ps that sees nobody", { ps: "exit 0" }, `ps does not list this process; ${INSTALL}`],
  ])("says what to install: %s", async (_what, scripts, words) => {
    onlyPrograms(scripts);
    expect(await reasonOf("ps")).toBe(`machine-unfit: DYNOSIM_PROCESS_TABLE is ps, and ${words}`);
  });

  it("needs lsof beside ps", async () => {
    const ps = execFileSync("sh", ["-c", "command -v ps"], { encoding: "utf8" }).trim();
    onlyPrograms({});
    symlinkSync(ps, join(folders[0] ?? "", "ps"));
    expect(await reasonOf("ps")).toBe(
      "machine-unfit: DYNOSIM_PROCESS_TABLE is ps, and there is no lsof on the PATH; install lsof",
    );
  });
});
