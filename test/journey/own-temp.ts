import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, vi } from "vitest";

/*
 * Before each file that runs on processes: a temp folder of its own, for the engine keeps everything there, and tests are not
 * to meet a developer's apps. And after it: nobody who was started lives on, and no room is left.
 */
const temp = mkdtempSync(join(realpathSync(tmpdir()), "dynosim-processes-"));
process.env["TMPDIR"] = temp;

afterAll(async () => {
  const { livingIn, processPlaces } = await import("./in-engine.ts");
  const rooms = readdirSync(processPlaces().rooms);
  try {
    // who watches over a dynosim needs a moment to see that it is gone
    await vi.waitFor(() => expect(livingIn(temp)).toEqual([]), { timeout: 5000 });
    expect(rooms).toEqual([]);
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
});
