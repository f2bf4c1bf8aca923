import type { Leaver } from "../../dyno/shutdown-watch.ts";
import type { LostFile } from "../../engine/launched.ts";
import type { DynoCode } from "../../heroku/dyno-codes.ts";
import type { EraName } from "../../heroku/eras.ts";
import type { DynoName } from "../../heroku/names.ts";
import type { Millis } from "../../kernel/units.ts";
import type { Visit } from "./visit.ts";

/** What `dynosim rehearse sleep` saw; nothing in it is reckoned. */
export interface SleepRehearsal {
  readonly era: EraName;
  readonly path: string;
  /** Just before the app was sent to sleep; requests that were still being answered then are among them. */
  readonly before: Visits;
  readonly stops: readonly RehearsedStop[];
  /** All at once, to the sleeping app. */
  readonly wake: Visits;
  /** Somebody else's request woke it before the rehearsal's own: then `wake` shows no cold start. */
  readonly wokenByOthers: boolean;
  /** What happened to web dynos from waking on. */
  readonly trouble: readonly Trouble[];
  /** The app answered at least one of the requests that woke it. */
  readonly isBack: boolean;
  /** The web dyno that no request wakes. */
  readonly stuck: DynoName | undefined;
}

export interface RehearsedStop {
  readonly dyno: DynoName;
  /** Undefined: the engine went away, and the status with it. */
  readonly status: number | undefined;
  /** From SIGTERM until nothing was left. */
  readonly lasted: Millis;
  /** SIGKILL was needed: R12. */
  readonly killed: boolean;
  readonly processes: readonly Leaver[];
  readonly files: readonly LostFile[];
}

export interface Visits {
  readonly requests: number;
  /** The router's codes and how often each. */
  readonly lost: Readonly<Record<string, number>>;
  /** Of those that the app answered; undefined when it answered none. */
  readonly firstByte: { readonly first: Millis; readonly median: Millis; readonly last: Millis } | undefined;
}

export type Trouble =
  | { readonly kind: "exited"; readonly dyno: DynoName; readonly status: number }
  | { readonly kind: "error"; readonly dyno: DynoName; readonly code: DynoCode };

export function summed(visits: readonly Visit[]): Visits {
  const lost: Record<string, number> = {};
  for (const { lost: code } of visits) if (code !== undefined) lost[code] = (lost[code] ?? 0) + 1;
  const times = visits.filter((one) => one.lost === undefined).map(({ firstByte }) => firstByte);
  const [first, ...rest] = times.toSorted((a, b) => a - b);
  const inOrder = first === undefined ? [] : [first, ...rest];
  const median = inOrder[Math.floor((inOrder.length - 1) / 2)];
  const last = inOrder.at(-1);
  return {
    requests: visits.length,
    lost,
    firstByte:
      first === undefined || median === undefined || last === undefined ? undefined : { first, median, last },
  };
}

export function answered({ requests, lost }: Visits): number {
  return requests - Object.values(lost).reduce((sum, count) => sum + count, 0);
}
