import { createHash } from "node:crypto";
import type { Buildpack } from "./buildpack.ts";

export interface Inputs {
  readonly treeHash: string;
  /** Those that were set or pinned, else all that would be asked. */
  readonly buildpacks: readonly Buildpack[];
  /** Ids of the stack images, build and run. */
  readonly images: readonly string[];
  readonly pythonMinor: string;
  readonly strict: boolean;
  /** None is set: the first of `buildpacks` that matches runs. */
  readonly detects?: boolean;
}

/** One value that is equal when a build would make the same slug of the same config vars: hex, sha256. */
export function slugInputs(inputs: Inputs): string {
  const { treeHash, buildpacks, images, pythonMinor, strict } = inputs;
  const parts = {
    ...(inputs.detects ? { detects: true } : {}),
    treeHash,
    buildpacks: buildpacks.map(({ name, hash }) => [name, hash]),
    images: images.toSorted(),
    pythonMinor,
    strict,
  };
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
