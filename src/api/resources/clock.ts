import { parseDuration } from "../../kernel/duration.ts";
import type { ClockFacts } from "../../platform/platform.ts";
import { fields, text } from "../decode.ts";
import { json, type Resource } from "../exchange.ts";
import { refused } from "../respond.ts";

export interface ClockBody {
  /** Platform time, with milliseconds. */
  readonly now: string;
  /** How far it is ahead of the machine's clock. */
  readonly offset_ms: number;
  /** When the next timer of the platform falls due. */
  readonly next_due: string | null;
}

export const showClock: Resource = ({ platform }) => json(200, clockBody(platform.clock()));

/** `{"by": "31m"}` */
export const advanceClock: Resource = async ({ platform, body }) => {
  const by = text(fields(body)["by"]) ?? "";
  const duration = parseDuration(by);
  if (duration === undefined) return refused({ kind: "bad-duration", text: by });
  const advanced = await platform.advanceClock(duration);
  return advanced.ok ? json(200, clockBody(advanced.value)) : refused(advanced.failure);
};

export function clockBody(facts: ClockFacts): ClockBody {
  return {
    now: new Date(facts.now).toISOString(),
    offset_ms: Math.round(facts.offset),
    next_due: facts.nextDue === undefined ? null : new Date(facts.nextDue).toISOString(),
  };
}
