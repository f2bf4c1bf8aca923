import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, describe, expect, it } from "vitest";
import { findConfinement } from "../../../src/engine/process/find-confinement.ts";
import { findTools } from "../../../src/engine/process/tools.ts";
import { whyRefused } from "../../../src/engine/process/why-refused.ts";

const FIND = join(import.meta.dirname, "../../../src/engine/process/find-confinement.ts");
const root = mkdtempSync(join(realpathSync(tmpdir()), "find-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Found {
  readonly kind: string;
  readonly overlays: boolean;
  readonly reason?: string;
}

/** What is found where `before` has been done to the namespaces that it is looked for in. */
function foundAfter(before: string, prefer?: string): Promise<Found> {
  const ways = ["--user", "--map-root-user", "--mount", "--pid", "--fork", "--mount-proc"];
  return foundBy(["unshare", ...ways, "sh", "-c", `${before}; exec "$@"`, "sh"], prefer);
}

/** By a Node.js of its own that this command runs. */
async function foundBy(
  [command, ...around]: readonly [string, ...string[]],
  prefer?: string,
): Promise<Found> {
  const look = `const { findConfinement } = await import(${JSON.stringify(FIND)});
    console.log(JSON.stringify(await findConfinement(${JSON.stringify({ root, prefer })})));`;
  const { stdout } = await execa(command, [...around, process.execPath, "--input-type=module", "-e", look]);
  return JSON.parse(stdout) as Found;
}

describe("findConfinement", () => {
  it("takes none when that is asked for, and says so", async () => {
    const { kind, isShut, reason } = await findConfinement({ root, prefer: "none" });
    expect([kind, isShut, reason]).toEqual(["none", false, "DYNOSIM_CONFINEMENT is none"]);
  });

  it("finds the same in a room as outside where nothing stands in the way", async () => {
    const outside = await findConfinement({ root });
    expect(await foundAfter(":")).toMatchObject({ kind: outside.kind });
  });

  it("tries once while the machine stays as it is", async () => {
    const { kind, overlays } = await findConfinement({ root });
    const file = join(root, "confinement.json");
    const note = JSON.parse(readFileSync(file, "utf8")) as { state: string; found: { overlays: boolean } };
    writeFileSync(file, JSON.stringify({ ...note, found: { ...note.found, overlays: !overlays } }));
    expect(await findConfinement({ root })).toMatchObject({ kind, overlays: !overlays });
    writeFileSync(file, JSON.stringify({ ...note, state: "another" }));
    expect(await findConfinement({ root })).toMatchObject({ kind, overlays });
  });

  it("tries again as a program that may less than the one that found it", async () => {
    const { overlays } = await findConfinement({ root });
    const file = join(root, "confinement.json");
    const note = JSON.parse(readFileSync(file, "utf8")) as { found: { overlays: boolean } };
    const other = JSON.stringify({ ...note, found: { ...note.found, overlays: !overlays } });
    writeFileSync(file, other);
    expect(await foundBy(["env"])).toMatchObject({ overlays: !overlays });
    expect(await foundBy(["setpriv", "--no-new-privs"])).toMatchObject({ overlays });
  });

  it("says what keeps it from namespaces, and how that is undone", async () => {
    const { kind, reason } = await foundAfter("echo 0 >/proc/sys/user/max_user_namespaces");
    expect(kind).toBe("none");
    expect(reason).toMatch(/^unshare: .+; bubblewrap: .+/);
    expect(reason).toContain(
      "user.max_user_namespaces is 0 (sudo sysctl user.max_user_namespaces=10000 allows it)",
    );
  });

  it("is not taken in by namespaces without a /proc, as in a container", async () => {
    const masked = "mount -t tmpfs none /proc/sys";
    expect(await foundAfter(masked, "unshare")).toMatchObject({
      kind: "none",
      reason: expect.stringMatching(/^unshare: .*proc/) as string,
    });
  });

  it("gives processes back as they are where nothing shuts them in", async () => {
    const none = await findConfinement({ root, prefer: "none" });
    expect(none.shutIn(["web", "-x"], { binds: [] }, { processes: 1 })).toEqual(["web", "-x"]);
    expect([none.join(["sh"], 1), none.initOf(1, [])]).toEqual([["sh"], undefined]);
  });
});

describe("findTools", () => {
  it("gives whole paths, the machine's own before others", () => {
    const found = findTools(["sh", "env"], "/nowhere");
    expect(found).toMatchObject({ ok: true, value: { sh: expect.stringMatching(/^\/.*\/sh$/) as string } });
  });

  it("names all that are missing", () => {
    expect(findTools(["sh", "no-such-a", "no-such-b"])).toEqual({
      ok: false,
      failure: ["no-such-a", "no-such-b"],
    });
  });
});

describe("whyRefused", () => {
  it.each([
    [
      "kernel/apparmor_restrict_unprivileged_userns",
      "1\n",
      "kernel.apparmor_restrict_unprivileged_userns is 1 (sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0 allows it)",
    ],
    [
      "kernel/unprivileged_userns_clone",
      "0\n",
      "kernel.unprivileged_userns_clone is 0 (sudo sysctl kernel.unprivileged_userns_clone=1 allows it)",
    ],
    ["kernel/unprivileged_userns_clone", "1\n", undefined],
    ["user/max_user_namespaces", "63000\n", undefined],
  ])("of %s being %j is %s", (name, value, reason) => {
    expect(whyRefused((path) => (path === `/proc/sys/${name}` ? value : undefined))).toBe(reason);
  });
});
