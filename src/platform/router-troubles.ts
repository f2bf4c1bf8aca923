import type { Clock } from "../kernel/clock.ts";
import { formatDuration } from "../kernel/duration.ts";
import { seconds, type Millis } from "../kernel/units.ts";
import type { RouterTrouble } from "../router/trouble.ts";

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
        this.#onNotice(OVER[kind]);
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
};

const MEANING: Readonly<Record<string, string>> = {
  EMFILE: ", ulimit -n is reached",
  ENFILE: ", the whole machine has too many files open",
  EADDRNOTAVAIL: ", all local ports are in use",
};

const THEM: Readonly<Record<Kind, string>> = {
  "too-many-connections": "connections were turned away",
  "no-sockets": "sockets were refused",
};

const OVER: Readonly<Record<Kind, string>> = {
  "too-many-connections": "The router takes connections again.",
  "no-sockets": "The router has had all the sockets it asked for again.",
};
