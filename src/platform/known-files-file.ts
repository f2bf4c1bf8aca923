import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunFiles } from "../engine/stack-images.ts";
import type { FileFacts } from "../slug/run-image/file-facts.ts";
import type { FileMemory, RememberedFiles } from "../slug/slug-input.ts";
import { writeWhole } from "./run-file.ts";

/** Beside the app's state: `.dynosim/slug-files`. Without it the files of the next slug are read anew. */
export class KnownFilesFile implements FileMemory {
  readonly #file: string;

  constructor(stateFolder: string) {
    this.#file = join(stateFolder, "slug-files");
  }

  load(): RememberedFiles {
    try {
      const { ofSlug, ofRunImage } = JSON.parse(readFileSync(this.#file, "utf8")) as Written;
      return { ofSlug: new Map(ofSlug), ofRunImage };
    } catch {
      return { ofSlug: new Map(), ofRunImage: undefined };
    }
  }

  save({ ofSlug, ofRunImage }: RememberedFiles): void {
    const written: Written = { ofSlug: [...ofSlug], ...(ofRunImage && { ofRunImage }) };
    writeWhole(this.#file, JSON.stringify(written));
  }
}

interface Written {
  readonly ofSlug: readonly (readonly [string, FileFacts])[];
  readonly ofRunImage?: RunFiles;
}
