import { expect, it } from "vitest";
import { diskFullIn } from "../../src/slug/disk-full.ts";

it.each<[output: string, reason: string | undefined]>([
  ["cp: error writing 'b': No space left on device", "cp: error writing 'b': No space left on device"],
  ["first\n  tar: x: ENOSPC: write\nlast", "tar: x: ENOSPC: write"],
  ["Disk quota exceeded", "Disk quota exceeded"],
  ["there is space on the device", undefined],
  ["", undefined],
])("%j: %s", (output, reason) => {
  expect(diskFullIn(output)).toEqual(reason === undefined ? undefined : { kind: "disk-full", reason });
});

it("looks at a long line once: a build may put out megabytes of them", () => {
  const line = "x".repeat(9999);
  const begun = process.cpuUsage();
  for (let count = 0; count < 2000; count += 1) diskFullIn(line);
  expect(process.cpuUsage(begun).user / 1000).toBeLessThan(2000);
});
