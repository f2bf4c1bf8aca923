import type { Attach, OutputChunk } from "../engine/engine.ts";
import type { DynoName } from "../heroku/names.ts";

export interface OneOffSpec {
  /** A command, or a process type of the Procfile with arguments. heroku.md 8 */
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly size: string | undefined;
  /** undefined: detached, output goes to the log. */
  readonly attach: Attach | undefined;
  /** Prefix of the name; default `run`. */
  readonly type: string | undefined;
}

/** A running one-off dyno with its client. */
export interface OneOff {
  readonly name: DynoName;
  readonly id: string;
  readonly size: string;
  /** Empty when detached. */
  readonly output: AsyncIterable<OutputChunk>;
  readonly exit: Promise<number>;
  write(chunk: Uint8Array): void;
  endInput(): void;
  resize(columns: number, rows: number): void;
  /** The client went away: SIGHUP to all processes. */
  hangUp(): void;
}
