import { parseDuration } from "../../kernel/duration.ts";
import type { Millis } from "../../kernel/units.ts";
import type { HoursFacts } from "../../platform/platform.ts";
import { fields, text } from "../decode.ts";
import { json, type Resource } from "../exchange.ts";
import { refused } from "../respond.ts";

export interface HoursBody {
  /** Dyno type whose pool it is. */
  readonly type: HoursFacts["type"];
  readonly pool_ms: number;
  readonly used_ms: number;
  /** Dynos that use hours now. */
  readonly running: number;
  /** When nothing will be left if things stay as they are; null: not this month, or it is empty already. */
  readonly empty_at: string | null;
  /** When the next month begins, with a full pool. */
  readonly next_month: string;
}

export const showHours: Resource = ({ platform }) => json(200, hoursBody(platform.hours()));

/** `{"used": "999h"}`, `{"pool": "550h"}` */
export const setHours: Resource = ({ platform, body }) => {
  const wanted: { pool: Millis | undefined; used: Millis | undefined } = { pool: undefined, used: undefined };
  for (const name of ["pool", "used"] as const) {
    const words = text(fields(body)[name]);
    if (words === undefined) continue;
    wanted[name] = parseDuration(words);
    if (wanted[name] === undefined) return refused({ kind: "bad-duration", text: words });
  }
  return json(200, hoursBody(platform.setHours(wanted)));
};

function hoursBody({ type, pool, used, running, emptyAt, nextMonth }: HoursFacts): HoursBody {
  return {
    type,
    pool_ms: Math.round(pool),
    used_ms: Math.round(used),
    running,
    empty_at: emptyAt === undefined ? null : new Date(emptyAt).toISOString(),
    next_month: new Date(nextMonth).toISOString(),
  };
}
