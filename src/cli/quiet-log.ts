import { closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import type { LogLine } from "../heroku/log-line.ts";
import { ok, type Result } from "../kernel/result.ts";
import { RingBuffer } from "../kernel/ring-buffer.ts";
import type { Explanation } from "../platform/failure.ts";
import { formatLine } from "../platform/log-text.ts";
import type { TailLine } from "../platform/platform.ts";
import { failed } from "./command.ts";
import { fileSink, LogWriter } from "./log-writer.ts";
import { tell, type World } from "./world.ts";

/** Newest lines that are kept for when something goes wrong. */
const KEPT = 50;
const STANDARD_ERROR = "-";

/** The app's log where somebody else has the terminal: kept back, unless it is asked for. */
export class QuietLog implements Disposable {
  readonly #world: World;
  readonly #file: number | undefined;
  readonly #out: LogWriter | undefined;
  readonly #isShown: boolean;
  readonly #newest = new RingBuffer<LogLine>(KEPT);
  #count = 0;

  private constructor(world: World, file: number | undefined, isShown: boolean) {
    this.#world = world;
    this.#file = file;
    this.#out = file === undefined ? undefined : new LogWriter(fileSink(file), world.clock);
    this.#isShown = isShown;
  }

  /** `path`: where all of it goes; `-` is standard error, undefined nowhere. */
  static open(world: World, path: string | undefined): Result<QuietLog, Explanation> {
    if (path === undefined || path === STANDARD_ERROR)
      return ok(new QuietLog(world, undefined, path === STANDARD_ERROR));
    try {
      return ok(new QuietLog(world, openSync(resolve(world.cwd, path), "w"), false));
    } catch (error) {
      return failed(`The log cannot be written to ${path}.`, (error as Error).message);
    }
  }

  readonly write: TailLine = (line, more) => {
    this.#newest.push(line);
    this.#count += 1;
    if (this.#isShown) tell(this.#world, formatLine(line));
    this.#out?.line(formatLine(line), more);
  };

  /** Shows its end, under a sentence on why. */
  tellEnd(why: string): void {
    if (this.#isShown) return;
    const which = this.#count > KEPT ? `The last ${KEPT} of ${this.#count} lines` : "The lines";
    tell(this.#world, `${why} ${which} of the app's log:`);
    for (const line of this.#newest.toArray()) tell(this.#world, formatLine(line));
  }

  [Symbol.dispose](): void {
    this.#out?.[Symbol.dispose]();
    if (this.#file !== undefined) closeSync(this.#file);
  }
}
