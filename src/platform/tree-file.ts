import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageId } from "../heroku/names.ts";
import { writeWhole } from "./run-file.ts";

/**
 * What the newest slug holds, beside the app's state: `.dynosim/slug-tree`, first its image, then a line for each path.
 * Without it, or with another image in it, the next slug is packed in full.
 */
export class TreeFile {
  readonly #file: string;

  constructor(stateFolder: string) {
    this.#file = join(stateFolder, "slug-tree");
  }

  load(image: ImageId): string | undefined {
    try {
      const text = readFileSync(this.#file, "utf8");
      return text.startsWith(`${image}\n`) ? text.slice(image.length + 1) : undefined;
    } catch {
      return undefined;
    }
  }

  save(image: ImageId, tree: string): void {
    writeWhole(this.#file, `${image}\n${tree}`);
  }
}
