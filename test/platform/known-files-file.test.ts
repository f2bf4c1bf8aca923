import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { KnownFilesFile } from "../../src/platform/known-files-file.ts";
import type { RememberedFiles } from "../../src/slug/slug-input.ts";

it("keeps what is known of a slug's files, and begins anew with a file that it cannot read", () => {
  const folder = mkdtempSync(join(tmpdir(), "dynosim-test-"));
  try {
    const file = new KnownFilesFile(folder);
    const nothing: RememberedFiles = { ofSlug: new Map(), ofRunImage: undefined };
    expect(file.load()).toEqual(nothing);
    const remembered: RememberedFiles = {
      ofSlug: new Map([["ab", { kind: "script", interpreter: "/bin/sh" }]]),
      ofRunImage: { image: "sha256:1", libraries: ["libc.so.6"], programs: ["/bin/sh"] },
    };
    file.save(remembered);
    expect(new KnownFilesFile(folder).load()).toEqual(remembered);
    writeFileSync(join(folder, "slug-files"), '{"ofSlug":');
    expect(file.load()).toEqual(nothing);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
