import { describe, expect, it } from "vitest";
import { memoryOf, parseRollup } from "../../../src/engine/process/memory.ts";
import { mebibytes } from "../../../src/kernel/units.ts";
import { played, TABLES } from "./puppets.ts";
import { ProcTable } from "../../../src/engine/process/proc-table.ts";

const ROLLUP = `00400000-7ffe00000000 ---p 00000000 00:00 0    [rollup]
Rss:                1672 kB
Pss:                 281 kB
Pss_Dirty:           112 kB
Pss_Anon:            100 kB
Pss_File:            169 kB
Pss_Shmem:            12 kB
Anonymous:           112 kB
Swap:                  8 kB
SwapPss:               4 kB
`;

describe("parseRollup", () => {
  it("gives what a cgroup would charge", () => {
    expect(parseRollup(ROLLUP)).toEqual({ anonymous: 102_400, shared: 12_288, swap: 4096 });
  });

  it.each([
    ["nothing, of a process that is gone", ""],
    ["Linux 4's, which has no share of the anonymous pages", ROLLUP.replace(/^Pss_.*\n/gm, "")],
  ])("tells that it cannot: %s", (_what, text) => {
    expect(parseRollup(text)).toBeUndefined();
  });
});

const MIB = mebibytes(1);
/** Holds 64 MiB, alone. */
const HOG = "held = bytearray(64 << 20); print('held', flush=True); input()";
/** The pages are the parent's, until somebody writes into them. */
const PREFORKING = `
import os
held = bytearray(64 << 20)
for worker in range(4):
    if os.fork() == 0: break
else:
    print("forked", flush=True)
os.read(0, 1)
`;
/** Memory that is in no process's own: as in /dev/shm. */
const SHARING =
  "import mmap; m = mmap.mmap(-1, 32 << 20); m.write(b'x' * (32 << 20)); print('held', flush=True); input()";

describe("memoryOf", () => {
  it.each(TABLES)("tells what a process holds, by %s", async (source, table) => {
    await using room = played(table(), ["python3", "-S", "-c", HOG]);
    await room.line();
    const { rss = 0 } = (await memoryOf(await room.kin.list(), table().source)) ?? {};
    expect(rss / MIB).toBeGreaterThan(64);
    expect(rss / MIB).toBeLessThan(source === "proc" ? 72 : 90);
  });

  it("counts the pages that forked processes have in common once, which a sum does not", async () => {
    await using room = played(new ProcTable(), ["python3", "-S", "-c", PREFORKING]);
    await room.line();
    const members = await room.kin.list();
    expect(members).toHaveLength(5);
    const [exact, rough] = [await memoryOf(members, "proc"), await memoryOf(members, "ps")];
    expect((exact?.rss ?? 0) / MIB).toBeGreaterThan(64);
    expect((exact?.rss ?? 0) / MIB).toBeLessThan(96);
    expect((rough?.rss ?? 0) / MIB).toBeGreaterThan(5 * 64);
  });

  it("tells of shared memory apart", async () => {
    await using room = played(new ProcTable(), ["python3", "-S", "-c", SHARING]);
    await room.line();
    const sample = await memoryOf(await room.kin.list(), "proc");
    expect(sample?.shared).toBe(32 * MIB);
    expect((sample?.rss ?? 0) / MIB).toBeLessThan(16);
    expect(sample).toMatchObject({ cache: undefined, swap: 0, pagesIn: undefined, pagesOut: undefined });
  });

  it("cannot tell of nobody", async () => {
    expect(await memoryOf([], "proc")).toBeUndefined();
  });
});
