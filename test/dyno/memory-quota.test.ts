import { describe, expect, it } from "vitest";
import { cpuCap, ENFORCEMENT, killThreshold } from "../../src/dyno/enforcement.ts";
import { judgeMemory, memoryUse } from "../../src/dyno/memory-quota.ts";
import { DYNO_TYPES, type DynoTypeName } from "../../src/heroku/dyno-types.ts";
import { bytes, mebibytes } from "../../src/kernel/units.ts";

/** The columns "R14 at" and "R15 at" of heroku.md 1.1, as they are printed there; most cores with `--cpu dyno`. */
const LIMITS: Readonly<Record<DynoTypeName, readonly [r14: string, r15: string, cores: number]>> = {
  eco: ["512 MB", "1 GB", 0.64],
  basic: ["512 MB", "1 GB", 0.64],
  "standard-1x": ["512 MB", "1 GB", 0.64],
  "standard-2x": ["1 GB", "2 GB", 1.28],
  "performance-m": ["2.5 GB", "5 GB", 2],
  "performance-l": ["14 GB", "28 GB", 8],
  "performance-l-ram": ["30 GB", "36 GB", 4],
  "performance-xl": ["62 GB", "74 GB", 8],
  "performance-2xl": ["126 GB", "151 GB", 16],
  free: ["512 MB", "1 GB", 0.64],
  hobby: ["512 MB", "1 GB", 0.64],
};

describe("limits of the dyno types (heroku.md 1.1)", () => {
  it.each(Object.values(DYNO_TYPES))("$name", (type) => {
    const [r14, r15, cores] = LIMITS[type.name];
    const killAt = killThreshold(type, ENFORCEMENT);
    expect([printed(type.memory), printed(killAt)]).toEqual([r14, r15]);
    expect(cpuCap(type, { ...ENFORCEMENT, cpu: "dyno" })).toBe(cores);
    expect(cpuCap(type, ENFORCEMENT)).toBeUndefined();
    expect(killThreshold(type, { ...ENFORCEMENT, memory: "strict" })).toBe(type.memory);
    const verdict = (total: number): string =>
      judgeMemory({ total: bytes(total), hard: bytes(total) }, type.memory, killAt);
    expect([type.memory, type.memory + 1, killAt, killAt + 1].map(verdict)).toEqual([
      "within",
      "R14",
      "R14",
      "R15",
    ]);
  });

  it("strict: nothing lies between quota and kill", () => {
    const { eco } = DYNO_TYPES;
    const killAt = killThreshold(eco, { ...ENFORCEMENT, memory: "strict" });
    const over = bytes(eco.memory + 1);
    expect(judgeMemory({ total: over, hard: over }, eco.memory, killAt)).toBe("R15");
  });
});

/** As Heroku's table does it: whole gigabytes, cut, from 1 GB on; halves where there are. */
function printed(size: number): string {
  const gigabytes = Math.floor((size / mebibytes(1024)) * 2) / 2;
  if (gigabytes < 1) return `${size / mebibytes(1)} MB`;
  return `${gigabytes > 3 ? Math.floor(gigabytes) : gigabytes} GB`;
}

describe("memoryUse", () => {
  const sample = {
    rss: mebibytes(400),
    cache: mebibytes(300),
    shared: mebibytes(60),
    swap: mebibytes(70),
    pagesIn: 1,
    pagesOut: 1,
  };

  it("counts shared memory for R14 only, and no cache that can be taken back", () => {
    expect(memoryUse(sample)).toEqual({ total: mebibytes(530), hard: mebibytes(470) });
    const use = memoryUse({ ...sample, rss: mebibytes(970) });
    expect(judgeMemory(use, mebibytes(512), mebibytes(1024))).toBe("R15");
    expect(judgeMemory(memoryUse({ ...sample, swap: undefined }), mebibytes(512), mebibytes(1024))).toBe(
      "within",
    );
  });
});
