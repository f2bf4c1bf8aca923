import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ImageId } from "../heroku/names.ts";
import { writeWhole } from "./run-file.ts";

/**
 * What slugs hold, beside the app's state: `.dynosim/slug-trees`, a file for each image, a line for each path. Without
 * that of a former slug the next one is packed in full.
 */
export class TreeFiles {
  readonly #folder: string;

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, "slug-trees");
  }

  load(image: ImageId): string | undefined {
    try {
      return readFileSync(join(this.#folder, nameOf(image)), "utf8");
    } catch {
      return undefined;
    }
  }

  /** Those of other images than `image` and `kept` go. */
  save(image: ImageId, tree: string, kept: readonly ImageId[]): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeWhole(join(this.#folder, nameOf(image)), tree);
    const staying = new Set([image, ...kept].map((one) => nameOf(one)));
    for (const name of readdirSync(this.#folder))
      if (!staying.has(name)) rmSync(join(this.#folder, name), { force: true });
  }
}

/** One file's name: that of a slug of the process engine says in which folder it lies. */
function nameOf(image: ImageId): string {
  return image.replace(/^sha256:/, "").replaceAll("/", "+");
}
