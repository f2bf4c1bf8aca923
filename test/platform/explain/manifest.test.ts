import { expect, it } from "vitest";
import type { ManifestFailure } from "../../../src/manifest/failure.ts";
import { explainManifest } from "../../../src/platform/explain/manifest.ts";

const refused = { kind: "submodule-refused", path: "lib", lines: [] } as const;

it.each<[failure: ManifestFailure, title: string, parts: string[]]>([
  [
    { ...refused, url: undefined, barrier: undefined },
    "The submodule lib has no entry in .gitmodules.",
    ["git submodule add URL lib", "git rm --cached lib"],
  ],
  [
    { ...refused, url: "git@x:y", barrier: "ssh" },
    "The submodule lib cannot be fetched from git@x:y.",
    ["no SSH key of yours", "https:// URL", "git submodule sync", "dynosim up --working-tree"],
  ],
  [
    { ...refused, url: "../y", barrier: "local" },
    "The submodule lib cannot be fetched from ../y.",
    ["relative to this repository", "https:// URL", "dynosim up --working-tree"],
  ],
  [
    { ...refused, url: "https://x/y", barrier: undefined },
    "The submodule lib cannot be fetched from https://x/y.",
    ["without credentials", "git ls-remote https://x/y", "git submodule update --init --recursive lib"],
  ],
  [
    { kind: "checkout-too-large", largest: [{ path: "a.bin", size: 2_147_483_648 }] },
    "The source is larger than 1024 MB, the most that Heroku checks out.",
    ["a.bin (2048 MB)", ".gitignore"],
  ],
])("$kind", (failure, title, parts) => {
  const words = explainManifest(failure);
  expect(words.title).toBe(title);
  expect(words.exitCode).toBe(1);
  for (const part of parts) expect(`${words.body} ${words.next}`).toContain(part);
});
