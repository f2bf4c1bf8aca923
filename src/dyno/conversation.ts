import type { OutputChunk } from "../engine/launched.ts";
import type { Clock } from "../kernel/clock.ts";
import { IdleTimer } from "../kernel/idle-timer.ts";
import type { Millis } from "../kernel/units.ts";

/** A process, as the client at the other end of its connection has it. */
export interface Conversation {
  readonly output: AsyncIterable<OutputChunk>;
  /** The command's status; 1 when it could not be started. */
  readonly exit: Promise<number>;
  /** Resolves when the platform wants the connection closed: nothing was said for an hour. heroku.md 8 */
  readonly fellSilent: Promise<void>;
  /** A client is there. Who never comes is not waited for. */
  attached(): void;
  write(chunk: Uint8Array): void;
  endInput(): void;
  resize(columns: number, rows: number): void;
  /** The client went away: SIGHUP to all processes. */
  hangUp(): void;
}

/** Watches for silence on a connection, both ways; the window's size is no word. */
export function watchSilence(
  process: Omit<Conversation, "fellSilent">,
  clock: Clock,
  limit: Millis,
): Conversation {
  const timer = new IdleTimer(clock);
  const silent = Promise.withResolvers<void>();
  void process.exit.then(() => timer.stop());
  return {
    ...process,
    output: heard(process.output, () => timer.touch()),
    fellSilent: silent.promise,
    attached: () => {
      process.attached();
      timer.start(limit, () => silent.resolve());
    },
    write: (chunk) => {
      timer.touch();
      process.write(chunk);
    },
    hangUp: () => {
      timer.stop();
      process.hangUp();
    },
  };
}

async function* heard(
  output: AsyncIterable<OutputChunk>,
  touch: () => void,
): AsyncGenerator<OutputChunk, void, undefined> {
  for await (const chunk of output) {
    touch();
    yield chunk;
  }
}
