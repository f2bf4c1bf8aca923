import { execFile, spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const PROGRAM = join(import.meta.dirname, "write-all-over.ts");
const NOBODY = 65_534;
const AS_NOBODY = ["--reuid", `${NOBODY}`, "--regid", `${NOBODY}`, "--clear-groups", process.execPath];

/** Root may what nobody else may, so it tries as somebody else too, who has to be let into the folders of these tests. */
const canBeNobody =
  process.getuid?.() === 0 &&
  spawnSync("setpriv", [...AS_NOBODY, "-e", "fs.accessSync(process.argv[1])", PROGRAM]).status === 0;
const USERS = canBeNobody ? ["this user", "nobody"] : ["this user"];

async function writeAllOver(kind: string, user: string): Promise<unknown> {
  const temp = mkdtempSync(join(realpathSync(tmpdir()), "all-over-"));
  try {
    if (user === "nobody") chownSync(temp, NOBODY, NOBODY);
    const [file, argv] = user === "nobody" ? ["setpriv", AS_NOBODY] : [process.execPath, []];
    const { stdout } = await promisify(execFile)(file, [...argv, PROGRAM, temp, kind]);
    return JSON.parse(stdout);
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

/** As a container engine has it for the same commands. engine.md 9 */
const LOST = [
  "added /app/anew/new",
  "deleted /app/anew/old",
  "deleted /app/away",
  "added /app/empty",
  "deleted /app/moved",
  "added /app/moved-there/file",
  "changed /app/node_modules/lib/appended",
  "changed /app/node_modules/lib/chmodded",
  "changed /app/node_modules/lib/edited",
  "changed /app/node_modules/lib/emptied",
  "deleted /app/node_modules/lib/gone",
  "changed /app/node_modules/lib/linked",
  "added /app/node_modules/lib/other-name",
  "changed /app/node_modules/lib/replaced",
  "changed /app/node_modules/lib/shut",
  "changed /app/node_modules/lib/touched",
  "changed /app/pointer",
  "added /app/straße",
  "added /app/was-a-file/file",
  "changed /app/was-a-folder",
];

describe.each(["unshare", "bubblewrap", "none"])("DYNOSIM_CONFINEMENT=%s", (kind) => {
  it.each(USERS)(
    "what a dyno writes as %s is seen by no other dyno, nor by the slug, and is told",
    async (user) => {
      expect(await writeAllOver(kind, user)).toMatchObject({
        wrote: "0 ",
        slugIsTheSame: true,
        otherIsTheSame: true,
        otherLost: [],
        again: true,
        lost: LOST,
      });
    },
  );
});

it("says of a full disk that it is full, and leaves nothing half-done on it", () => {
  // a disk of its own, which nobody but root may have outside of such namespaces
  const script = 'mount -t tmpfs -o size=2m tmpfs "$1" && TMPDIR="$1" exec "$2" "$3"';
  const program = join(import.meta.dirname, "bake-on-full-disk.ts");
  const disk = mkdtempSync(join(realpathSync(tmpdir()), "full-disk-"));
  const argv = [
    "--user",
    "--map-root-user",
    "--mount",
    "sh",
    "-c",
    script,
    "sh",
    disk,
    process.execPath,
    program,
  ];
  const { stdout, stderr } = spawnSync("unshare", argv, { encoding: "utf8" });
  rmSync(disk, { recursive: true });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({
    tooLarge: expect.stringMatching(/^no space left on device: tar: app\/blob: Wrote only/),
    left: 0,
    noRoom: expect.stringMatching(/no space left on device/i),
    kept: 1,
  });
});
