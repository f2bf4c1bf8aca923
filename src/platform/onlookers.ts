import type { DynoObservation } from "../dyno/world.ts";
import type { PlatformEvent } from "../heroku/events.ts";

/** What somebody hears who watches for a while. */
export interface Onlooker {
  readonly onEvent?: (event: PlatformEvent) => void;
  readonly onObservation?: (observation: DynoObservation) => void;
}

/** Those who watch the app for a while: they hear all that is told, and change nothing. */
export class Onlookers {
  readonly #present = new Set<Onlooker>();

  readonly tell = (event: PlatformEvent): void => {
    for (const one of this.#present) one.onEvent?.(event);
  };

  readonly observe = (observation: DynoObservation): void => {
    for (const one of this.#present) one.onObservation?.(observation);
  };

  /** Until the result is disposed. */
  join(onlooker: Onlooker): Disposable {
    this.#present.add(onlooker);
    return { [Symbol.dispose]: () => this.#present.delete(onlooker) };
  }
}
