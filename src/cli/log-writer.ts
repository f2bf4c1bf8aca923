import { write, writeSync } from "node:fs";
import { sleep, type Clock } from "../kernel/clock.ts";
import { millis, seconds } from "../kernel/units.ts";
import { atExit } from "./at-exit.ts";
import type { Output } from "./world.ts";

/** Where lines go. */
export interface LogSink {
  /** `done`: the reader has it, or never will. */
  write(text: string, done: () => void): void;
  /** At the end of the process: now or never. */
  writeNow(text: string): void;
}

/** How long the end waits for a reader that does not take its lines. */
const PATIENCE = seconds(2);
const LOOK_EVERY = millis(10);

/**
 * Writes the log's lines to somebody who may be slow, and never waits for them: while one text is on its way the next
 * lines gather. Lines that come together go out together: one call of the system instead of forty, which was two thirds
 * of what an access line cost.
 */
export class LogWriter implements AsyncDisposable, Disposable {
  readonly #sink: LogSink;
  readonly #clock: Clock;
  readonly #guard: Disposable;
  #gathered = "";
  /** Length of the text that is on its way. */
  #underWay = 0;
  #isScheduled = false;
  #isExiting = false;

  constructor(sink: LogSink, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
    this.#guard = atExit(() => {
      this.#isExiting = true;
      this.writeNow();
    });
  }

  /** `more`: others follow at once. */
  line(text: string, more: boolean = false): void {
    this.#gathered += `${text}\n`;
    if (this.#isExiting) this.writeNow();
    else if (!more) this.#write();
    else if (!this.#isScheduled) {
      this.#isScheduled = true;
      queueMicrotask(() => {
        this.#isScheduled = false;
        this.#write();
      });
    }
  }

  /** What the reader has not taken yet, in characters. */
  get backlog(): number {
    return this.#gathered.length + this.#underWay;
  }

  /** Resolves when everything has been taken, or when that takes too long. */
  async written(): Promise<void> {
    const giveUp = this.#clock.now() + PATIENCE;
    while (this.backlog > 0 && this.#clock.now() < giveUp) await sleep(this.#clock, LOOK_EVERY);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.written();
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.writeNow();
    this.#guard[Symbol.dispose]();
  }

  #write(): void {
    if (this.#underWay > 0 || this.#gathered === "") return;
    const text = this.#gathered;
    this.#gathered = "";
    this.#underWay = text.length;
    this.#sink.write(text, () => {
      this.#underWay = 0;
      this.#write();
    });
  }

  /** What has gathered, without waiting for what is under way. */
  writeNow(): void {
    const text = this.#gathered;
    this.#gathered = "";
    if (text !== "") this.#sink.writeNow(text);
  }
}

/** A terminal that somebody has stopped (Ctrl-S) would stop the router with it: another thread writes there. */
export function streamSink(stream: Output): LogSink {
  // of a stream that a test hands in there is none
  const { fd } = stream as Output & { readonly fd?: number };
  return {
    write: (text, done) => {
      if (stream.isTTY && fd !== undefined) writeWhole(fd, Buffer.from(text), done);
      else stream.write(text, done);
    },
    writeNow: (text) => writeNow(fd, text),
  };
}

export function fileSink(fd: number): LogSink {
  return {
    write: (text, done) => {
      writeSync(fd, text);
      done();
    },
    writeNow: (text) => writeNow(fd, text),
  };
}

function writeWhole(fd: number, bytes: Buffer, done: () => void): void {
  write(fd, bytes, (error, written) => {
    if (error === null && written < bytes.length) writeWhole(fd, bytes.subarray(written), done);
    else done();
  });
}

/** What a pipe takes at once: who does not read when the process ends misses the rest. */
function writeNow(fd: number | undefined, text: string): void {
  if (fd === undefined) return;
  let rest = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
  } catch {
    // a full pipe, or a reader that has gone
  }
}
