import type { Clock, Timer } from "../kernel/clock.ts";
import { after, between, millis, seconds, type Instant, type Millis } from "../kernel/units.ts";
import type { Asking, Checkout } from "../router/backends.ts";

/**
 * What a request hears that has to wait. `boot`: the next change of a dyno decides. `quarantine`: it looks again by itself,
 * after pauses that grow; no figure of them is known but that they do. heroku.md 3.2
 */
export type Wait = { readonly kind: "wait"; readonly what: "boot" | "quarantine" };

/** They double; none is longer than a quarantine lasts. */
const FIRST_PAUSE: Millis = millis(100);
const LONGEST_PAUSE: Millis = seconds(5);

interface Waiting {
  readonly asking: Asking;
  readonly settle: (checkout: Checkout) => void;
  pause: Timer | undefined;
  nextPause: Millis;
}

/**
 * All requests that wait for a dyno. What they wait for is one and the same, so that one look at the dynos serves them
 * all, and a thousand of them cost a thousand times what one costs.
 */
export class WaitingRoom {
  readonly #clock: Clock;
  readonly #patience: Millis;
  readonly #choose: (asking: Asking) => Checkout | Wait;
  readonly #timeOver: () => Checkout;
  readonly #waiting = new Set<Waiting>();

  /** `patience`: for all waits and tries of a request together. `timeOver`: what it hears when that has run out. */
  constructor(
    clock: Clock,
    patience: Millis,
    choose: (asking: Asking) => Checkout | Wait,
    timeOver: () => Checkout,
  ) {
    this.#clock = clock;
    this.#patience = patience;
    this.#choose = choose;
    this.#timeOver = timeOver;
  }

  /** Resolves with a dyno, or with why there is none. */
  enter(asking: Asking, wait: Wait): Promise<Checkout> {
    return new Promise((resolve) => {
      const left = this.#left(asking.since);
      const overdue = this.#clock.after(left, () => settle(this.#timeOver()));
      const settle = (checkout: Checkout): void => {
        this.#waiting.delete(waiting);
        overdue.cancel();
        waiting.pause?.cancel();
        asking.gone.removeEventListener("abort", leave);
        resolve(checkout);
      };
      const leave = (): void => settle(this.#timeOver());
      const waiting: Waiting = { asking, settle, pause: undefined, nextPause: FIRST_PAUSE };
      this.#waiting.add(waiting);
      asking.gone.addEventListener("abort", leave);
      if (asking.gone.aborted) leave();
      else this.#heard(waiting, wait);
    });
  }

  /** A dyno has changed: everybody looks again. */
  lookAgain(): void {
    for (const waiting of this.#waiting) this.#look(waiting);
  }

  #look(waiting: Waiting): void {
    const found = this.#choose(waiting.asking);
    if (found.kind === "wait") this.#heard(waiting, found);
    else waiting.settle(found);
  }

  #heard(waiting: Waiting, { what }: Wait): void {
    if (what === "boot" || waiting.pause !== undefined) return;
    waiting.pause = this.#clock.after(waiting.nextPause, () => {
      waiting.pause = undefined;
      waiting.nextPause = millis(Math.min(waiting.nextPause * 2, LONGEST_PAUSE));
      this.#look(waiting);
    });
  }

  #left(since: Instant): Millis {
    return millis(Math.max(0, between(this.#clock.now(), after(since, this.#patience))));
  }
}
