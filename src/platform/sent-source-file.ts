import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SentFile, SentMemory, SentSource } from "../slug/sent-source.ts";
import { writeWhole } from "./run-file.ts";

/** Beside the app's state: `.dynosim/sent-source`. Without it the next build sends the source whole. */
export class SentSourceFile implements SentMemory {
  readonly #file: string;

  constructor(stateFolder: string) {
    this.#file = join(stateFolder, "sent-source");
  }

  load(): SentSource {
    try {
      return new Map(JSON.parse(readFileSync(this.#file, "utf8")) as [string, SentFile][]);
    } catch {
      return new Map();
    }
  }

  save(sent: SentSource): void {
    writeWhole(this.#file, JSON.stringify([...sent]));
  }
}
