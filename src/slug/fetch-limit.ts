import type { Clock } from "../kernel/clock.ts";
import { seconds, type Millis } from "../kernel/units.ts";

/** For a buildpack to arrive: as long as an old version of Heroku's compiler gave one (its curl's max-time, 2013). */
const FETCH_LIMIT: Millis = seconds(90);

/** A signal for one fetch: whoever asked for the build gave it up, or it takes too long. */
export interface FetchLimit extends Disposable {
  readonly signal: AbortSignal;
  readonly isLate: boolean;
}

export function startFetchLimit(clock: Clock, asked: AbortSignal | undefined): FetchLimit {
  const late = new AbortController();
  const timer = clock.after(FETCH_LIMIT, () => late.abort());
  return {
    signal: asked === undefined ? late.signal : AbortSignal.any([late.signal, asked]),
    get isLate() {
      return late.signal.aborted;
    },
    [Symbol.dispose]: () => timer.cancel(),
  };
}
