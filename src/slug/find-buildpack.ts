import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { resolve } from "node:path";
import { assertNever } from "../kernel/assert-never.ts";
import { fail, type Result } from "../kernel/result.ts";
import { readArchive } from "./buildpack-archive.ts";
import { downloadArchive } from "./buildpack-download.ts";
import { readGitBuildpack } from "./buildpack-git.ts";
import { parseReference } from "./buildpack-reference.ts";
import type { BuildpackSources } from "./buildpack-sources.ts";
import { asBuildpack, readBuildpack, type Buildpack } from "./buildpack.ts";
import type { SlugFailure } from "./failure.ts";
import { readNamed } from "./shelf.ts";

/** A buildpack by its name, folder, archive or git URL. */
export async function findBuildpack(
  text: string,
  sources: BuildpackSources,
): Promise<Result<Buildpack, SlugFailure>> {
  const reference = parseReference(text);
  switch (reference.kind) {
    case "name":
      return readNamed(sources.home, reference.name);
    case "folder":
      return readBuildpack(text, pathFrom(sources, reference.path));
    case "archive-file": {
      const path = pathFrom(sources, reference.path);
      const bytes = await readFile(path).catch((problem: Error) => problem);
      return bytes instanceof Error
        ? fail({ kind: "bad-buildpack", buildpack: text, reason: `${path} cannot be read` })
        : unpacked(bytes, text);
    }
    case "archive-url": {
      const bytes = await downloadArchive(reference.url, sources);
      return bytes.ok ? unpacked(bytes.value, text) : bytes;
    }
    case "git": {
      const url = reference.url.replace(/^~(?=\/)/, homedir());
      const tree = await readGitBuildpack(text, url, reference.ref, sources);
      return tree.ok ? asBuildpack(text, tree.value, text) : tree;
    }
    default:
      return assertNever(reference);
  }
}

async function unpacked(bytes: Uint8Array, text: string): Promise<Result<Buildpack, SlugFailure>> {
  const tree = await readArchive(bytes, text);
  return tree.ok ? asBuildpack(text, tree.value, text) : tree;
}

function pathFrom({ app }: BuildpackSources, path: string): string {
  return resolve(app, path.replace(/^~(?=\/)/, homedir()));
}
