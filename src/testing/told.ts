import type { PlatformEvent } from "../heroku/events.ts";
import type { Clock } from "../kernel/clock.ts";
import { DynosimError } from "./dynosim-error.ts";
import type { Events, Logs, Notices } from "./dynosim.ts";
import { lastLines, lineMatcher, type LineWanted, type LoggedLine } from "./logged-line.ts";
import { Tape, type WaitOptions } from "./tape.ts";

/** Why nothing was found, and what there was instead. */
type Blame = (wanted: string, reason: string) => Error;

/** All that one app has told. */
export class Told {
  readonly logs: LogTape;
  readonly events: EventTape;
  readonly notices: NoticeTape;
  readonly build: string[] = [];

  constructor(clock: Clock) {
    const blame: Blame = (wanted, reason) =>
      new DynosimError("not-found-in-time", `No ${wanted} ${reason}.\n${lastLines(this.logs)}`);
    this.logs = new LogTape(clock, blame);
    this.events = new EventTape(clock, blame);
    this.notices = new NoticeTape(clock, (wanted, reason) => {
      const told =
        this.notices.length === 0 ? "There was none." : ["There was:", ...this.notices].join("\n  ");
      return new DynosimError("not-found-in-time", `No ${wanted} ${reason}.\n${told}`);
    });
  }

  end(): void {
    for (const tape of [this.logs, this.events, this.notices]) tape.end();
  }
}

class LogTape extends Tape<LoggedLine> implements Logs {
  readonly #blame: Blame;

  constructor(clock: Clock, blame: Blame) {
    super(clock);
    this.#blame = blame;
  }

  waitFor(wanted: LineWanted, options: WaitOptions = {}): Promise<LoggedLine> {
    return this.next(lineMatcher(wanted), options, (reason) =>
      this.#blame(`line of the log matched ${shown(wanted)}`, reason),
    );
  }
}

class EventTape extends Tape<PlatformEvent> implements Events {
  readonly #blame: Blame;

  constructor(clock: Clock, blame: Blame) {
    super(clock);
    this.#blame = blame;
  }

  waitFor<K extends PlatformEvent["kind"]>(
    kind: K,
    options?: WaitOptions,
  ): Promise<Extract<PlatformEvent, { readonly kind: K }>>;
  waitFor(wanted: (event: PlatformEvent) => boolean, options?: WaitOptions): Promise<PlatformEvent>;
  waitFor(
    wanted: string | ((event: PlatformEvent) => boolean),
    options: WaitOptions = {},
  ): Promise<PlatformEvent> {
    const matches =
      typeof wanted === "string" ? ({ kind }: PlatformEvent): boolean => kind === wanted : wanted;
    return this.next(matches, options, (reason) => this.#blame(`event matched ${shown(wanted)}`, reason));
  }
}

class NoticeTape extends Tape<string> implements Notices {
  readonly #blame: Blame;

  constructor(clock: Clock, blame: Blame) {
    super(clock);
    this.#blame = blame;
  }

  waitFor(wanted: string | RegExp, options: WaitOptions = {}): Promise<string> {
    const matches = (notice: string): boolean =>
      typeof wanted === "string" ? notice.includes(wanted) : notice.search(wanted) !== -1;
    return this.next(matches, options, (reason) => this.#blame(`notice matched ${shown(wanted)}`, reason));
  }
}

function shown(wanted: unknown): string {
  return typeof wanted === "string" ? JSON.stringify(wanted) : String(wanted);
}
