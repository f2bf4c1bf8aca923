import type { Clock } from "../kernel/clock.ts";
import { formatDuration } from "../kernel/duration.ts";
import { seconds, type Millis } from "../kernel/units.ts";
import type { RouterTrouble, Unreadable } from "../router/trouble.ts";

/** A flood is told of in this rhythm, not each of its drops. */
const RHYTHM: Millis = seconds(10);

type Kind = RouterTrouble["kind"];

/** Tells whoever runs the app of the router's own troubles: the first at once, then how many there were, then the end. */
export class RouterTroubles {
  readonly #onNotice: (line: string) => void;
  readonly #clock: Clock;
  /** Since it was told last; a kind that is not there is none at the moment. */
  readonly #counts = new Map<Kind, number>();

  constructor(onNotice: (line: string) => void, clock: Clock) {
    this.#onNotice = onNotice;
    this.#clock = clock;
  }

  readonly add = (trouble: RouterTrouble): void => {
    const count = this.#counts.get(trouble.kind);
    if (count !== undefined) {
      this.#counts.set(trouble.kind, count + 1);
      return;
    }
    this.#counts.set(trouble.kind, 0);
    this.#onNotice(FIRST[trouble.kind](trouble as never));
    this.#later(trouble.kind);
  };

  #later(kind: Kind): void {
    this.#clock.after(RHYTHM, () => {
      const count = this.#counts.get(kind) ?? 0;
      if (count === 0) {
        this.#counts.delete(kind);
        const over = OVER[kind];
        if (over !== undefined) this.#onNotice(over);
      } else {
        this.#counts.set(kind, 0);
        this.#onNotice(`${count} more ${THEM[kind]} in the last ${formatDuration(RHYTHM)}.`);
        this.#later(kind);
      }
    });
  }
}

const FIRST: { readonly [K in Kind]: (trouble: Extract<RouterTrouble, { kind: K }>) => string } = {
  "too-many-connections": ({ limit }) =>
    `The router has ${limit} connections open, all that it takes: further ones are turned away until some close.`,
  "no-sockets": ({ code }) =>
    `The system gives the router no further socket (${code}${MEANING[code] ?? ""}): who asks for one is turned away, a request that needs one ends with H99. What is open stays open.`,
  "unreadable-request": ({ fault, status }) =>
    `A request was answered ${status} and has no line in the log, as on Heroku: ${UNREADABLE[fault]}.`,
};

/** The figures are those of heroku.md 3.5. */
const UNREADABLE: Readonly<Record<Unreadable, string>> = {
  "start-line-too-long": "its first line is longer than 8192 bytes",
  "bad-start-line": "its first line is not a method, a target and a version with one space between them",
  "unknown-version": "its version is neither HTTP/1.0 nor HTTP/1.1",
  "too-many-empty-lines": "too many empty lines came before it",
  "bad-line-end": "its lines do not all end with CR LF",
  "bad-field": "one of its header lines is malformed",
  "field-line-too-long": "one of its header lines is longer than 8192 bytes",
  "field-name-too-long": "one of its header names is longer than 1000 bytes",
  "cookie-too-long": "one of its cookie lines is too long",
  "too-many-fields": "it has more than 1000 header lines",
  "head-too-large": "its header lines are too long together",
  "too-slow": "its header lines were not there within 60 s",
  "bad-host": "its Host header is missing, malformed, or there more than once",
};

const MEANING: Readonly<Record<string, string>> = {
  EMFILE: ", ulimit -n is reached",
  ENFILE: ", the whole machine has too many files open",
  EADDRNOTAVAIL: ", all local ports are in use",
};

const THEM: Readonly<Record<Kind, string>> = {
  "too-many-connections": "connections were turned away",
  "no-sockets": "sockets were refused",
  "unreadable-request": "requests could not be read",
};

/** None for what does not last. */
const OVER: Readonly<Record<Kind, string | undefined>> = {
  "too-many-connections": "The router takes connections again.",
  "no-sockets": "The router has had all the sockets it asked for again.",
  "unreadable-request": undefined,
};
