import {
  closeSync,
  createReadStream,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { RELEASE_OUTPUT_CHUNK } from "../heroku/limits.ts";
import type { Release } from "../release/release.ts";

/**
 * What release commands wrote, for `releases:output`: files in `.dynosim/releases`, named for the release. They are
 * written as the lines come, so that a kill loses none. Of a long output the last two chunks are kept. heroku.md 0
 */
export class ReleaseOutputs {
  readonly #folder: string;
  readonly #chunk: number;
  readonly #writing = new Map<string, Writer>();

  constructor(stateFolder: string, chunk: number = RELEASE_OUTPUT_CHUNK) {
    this.#folder = join(stateFolder, "releases");
    this.#chunk = chunk;
  }

  /** Begins one; what was there of that release goes. */
  open({ id }: Pick<Release, "id">): ReleaseOutput {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    for (const number of this.#chunksOf(id)) rmSync(this.#file(id, number));
    const writer = new Writer((number) => this.#file(id, number), this.#chunk);
    this.#writing.set(id, writer);
    return {
      line: (text) => writer.write(`${text}\n`),
      [Symbol.dispose]: () => {
        this.#writing.delete(id);
        writer.close();
      },
    };
  }

  /** Text as it was written, and while the command runs as it comes; undefined: there is none. */
  read({ id }: Pick<Release, "id">): AsyncIterable<string> | undefined {
    return this.#chunksOf(id).length > 0 ? this.#follow(id) : undefined;
  }

  async *#follow(id: string): AsyncGenerator<string, void, undefined> {
    const writer = this.#writing.get(id);
    let number = 0;
    let offset = 0;
    for (;;) {
      // asked before the files are read: what is written meanwhile is read in the next round
      const more = writer?.next();
      for (const chunk of this.#chunksOf(id)) {
        if (chunk < number) continue;
        if (chunk > number) offset = 0;
        number = chunk;
        for await (const text of textOf(this.#file(id, chunk), offset)) {
          offset += Buffer.byteLength(text);
          yield text;
        }
      }
      if (more === undefined) return;
      await more;
    }
  }

  /** Numbers of the files there are, oldest first. */
  #chunksOf(id: string): readonly number[] {
    try {
      return readdirSync(this.#folder)
        .filter((name) => name.startsWith(`${id}.`))
        .map((name) => Number(name.slice(id.length + 1)))
        .toSorted((a, b) => a - b);
    } catch {
      return []; // no release command has run yet
    }
  }

  #file(id: string, number: number): string {
    return join(this.#folder, `${id}.${number}`);
  }
}

export interface ReleaseOutput extends Disposable {
  /** Without line end. */
  line(text: string): void;
}

class Writer {
  readonly #file: (number: number) => string;
  readonly #chunk: number;
  #number = 1;
  #descriptor: number;
  #news = Promise.withResolvers<void>();
  #isClosed = false;

  constructor(file: (number: number) => string, chunk: number) {
    this.#file = file;
    this.#chunk = chunk;
    this.#descriptor = openSync(file(1), "a", 0o600);
  }

  write(text: string): void {
    if (this.#isClosed) return;
    if (fstatSync(this.#descriptor).size >= this.#chunk) this.#turn();
    writeSync(this.#descriptor, text);
    this.#tell();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#descriptor);
    this.#tell();
  }

  /** Resolves when there is more, or when there will be no more; undefined: there will be no more. */
  next(): Promise<void> | undefined {
    return this.#isClosed ? undefined : this.#news.promise;
  }

  #turn(): void {
    closeSync(this.#descriptor);
    rmSync(this.#file(this.#number - 1), { force: true });
    this.#number += 1;
    this.#descriptor = openSync(this.#file(this.#number), "a", 0o600);
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers<void>();
  }
}

/** Only whole lines are ever written, so no character is cut at the end of a file. */
async function* textOf(file: string, start: number): AsyncGenerator<string, void, undefined> {
  try {
    for await (const text of createReadStream(file, { start, encoding: "utf8" })) yield String(text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error; // it was the oldest, and was dropped
  }
}
