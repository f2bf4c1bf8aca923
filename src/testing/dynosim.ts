import type { PlatformEvent } from "../heroku/events.ts";
import type { Instant } from "../kernel/units.ts";
import type { DynoFacts } from "../platform/platform.ts";
import type { LineWanted, LoggedLine } from "./logged-line.ts";
import type { Duration, WaitOptions } from "./tape.ts";

/** An app under Heroku's rules, for a test. Each failure is an Error whose message says what to do. */
export interface Dynosim extends AsyncDisposable {
  readonly name: string;
  /** Of the router, without a slash at the end. */
  readonly url: string;
  /** As the global `fetch`, from the root of the app. */
  fetch(path: string, init?: RequestInit): Promise<Response>;

  /** Puts the app to sleep, and resolves when its dynos are down. */
  idle(): Promise<void>;
  /** Wakes it, as a request would, and resolves when its dynos are up. */
  wake(): Promise<void>;
  readonly clock: PlatformClock;

  readonly logs: Logs;
  readonly events: Events;
  /** What dynosim says beside the log, such as which files went with a dyno. */
  readonly notices: Notices;
  /** The build's output. Empty when a former slug fitted. */
  readonly build: readonly string[];
  readonly dynos: readonly TestDyno[];

  /** A command in a one-off dyno, to its end. */
  run(command: string, options?: RunOptions): Promise<Ran>;
  /** `web.1`, `web`; default: all dynos. Resolves when they are up again. */
  restart(target?: string): Promise<void>;
  /** As `ps:stop`: a dyno of the formation is started again, a one-off dyno ends. */
  stop(target?: string): Promise<void>;
  /** `{ web: 2 }`, `{ worker: { quantity: 1, size: "standard-2x" } }`. Resolves when all is as it should be. */
  scale(quantities: Readonly<Record<string, number | DynoQuantity>>): Promise<void>;
  readonly config: ConfigVars;

  /** Ends the app: SIGTERM, 30 s at most, and nothing is left of it. What `await using` does. */
  close(): Promise<void>;
}

export interface PlatformClock {
  /** Platform time, in milliseconds since 1970. */
  readonly now: Instant;
  /** Moves it. What falls due on the way happens one by one, and has settled when this resolves. */
  advance(duration: Duration): Promise<void>;
}

export interface Logs extends ReadonlyArray<LoggedLine> {
  /** The first line with this in it, `heroku[web.1]: Idling`, told already or to come. */
  waitFor(wanted: LineWanted, options?: WaitOptions): Promise<LoggedLine>;
}

export interface Notices extends ReadonlyArray<string> {
  waitFor(wanted: string | RegExp, options?: WaitOptions): Promise<string>;
}

type EventOf<K> = Extract<PlatformEvent, { readonly kind: K }>;

export interface Events extends ReadonlyArray<PlatformEvent> {
  /** The first event of this kind, told already or to come. */
  waitFor<K extends PlatformEvent["kind"]>(kind: K, options?: WaitOptions): Promise<EventOf<K>>;
  waitFor(wanted: (event: PlatformEvent) => boolean, options?: WaitOptions): Promise<PlatformEvent>;
}

export interface TestDyno extends Pick<DynoFacts, "name" | "type" | "state" | "command" | "releaseVersion"> {
  /** `eco`, `standard-1x`. */
  readonly size: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly size?: string;
  /** Standard input. Default: none. */
  readonly input?: string;
}

export interface Ran {
  /** Exit status. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface DynoQuantity {
  readonly quantity?: number;
  readonly size?: string;
}

export interface ConfigVars {
  readonly all: Readonly<Record<string, string>>;
  get(name: string): string | undefined;
  /** null unsets. One release, and it is in force when this resolves. */
  set(patch: Readonly<Record<string, string | null>>): Promise<void>;
}
