import type { PlatformFailure } from "../../platform/failure.ts";
import { clockMove } from "../../platform/clock-move.ts";
import { waitingText } from "../../platform/explain/waiting.ts";
import type { ClockFacts, DueFacts } from "../../platform/platform.ts";
import type { Result } from "../../kernel/result.ts";
import { fields, text } from "../decode.ts";
import { json, type Answer, type Resource } from "../exchange.ts";
import { refused } from "../respond.ts";

export interface ClockBody {
  /** Platform time, with milliseconds. */
  readonly now: string;
  /** How far it is ahead of the machine's clock; below zero after it stood still. */
  readonly offset_ms: number;
  readonly state: "running" | "paused";
  /** When the next timer of the platform falls due. */
  readonly next_due: string | null;
  /** All of them, soonest first. */
  readonly due: readonly DueBody[];
  /** It is being moved at this moment. */
  readonly moving: boolean;
  /** Where to; null: to what is due next, or nowhere. */
  readonly moving_to: string | null;
  /** What has begun to start or to stop and has not settled, while it is being moved. */
  readonly waiting_for: readonly WaitingBody[];
}

export interface DueBody {
  readonly at: string;
  /** A dyno's name, or `app`. */
  readonly of: string;
  readonly what: string;
}

export interface WaitingBody {
  readonly dyno: string;
  readonly what: "starting" | "SIGTERM" | "SIGKILL";
  /** Real time since it was started, or sent that signal. */
  readonly for_ms: number;
  readonly text: string;
}

export const showClock: Resource = ({ platform }) => json(200, clockBody(platform.clock()));

/** `{"by": "31m"}`. A client that goes away ends the move where it has got to. */
export const advanceClock: Resource = async ({ platform, body, gone }) => {
  const duration = clockMove(text(fields(body)["by"]) ?? "");
  if (!duration.ok) return refused(duration.failure);
  return answer(await platform.advanceClock(duration.value, gone));
};

/** Answers with what fell due in `fired` as well. */
export const advanceClockToNext: Resource = async ({ platform, gone }) => {
  const advanced = await platform.advanceClockToNext(gone);
  if (!advanced.ok) return refused(advanced.failure);
  return json(200, { ...clockBody(advanced.value), fired: dueBody(advanced.value.fired) });
};

export const pauseClock: Resource = ({ platform }) => answer(platform.pauseClock());

export const resumeClock: Resource = ({ platform }) => answer(platform.resumeClock());

function answer(facts: Result<ClockFacts, PlatformFailure>): Answer {
  return facts.ok ? json(200, clockBody(facts.value)) : refused(facts.failure);
}

export function clockBody({ now, offset, paused, due, moving }: ClockFacts): ClockBody {
  const waiting = moving?.waitingFor ?? [];
  return {
    now: new Date(now).toISOString(),
    offset_ms: Math.round(offset),
    state: paused ? "paused" : "running",
    next_due: due[0] === undefined ? null : dueBody(due[0]).at,
    due: due.map(dueBody),
    moving: moving !== undefined,
    moving_to: moving?.to === undefined ? null : new Date(moving.to).toISOString(),
    waiting_for: waiting.map((one) => ({
      dyno: one.dyno,
      what: one.what,
      for_ms: Math.round(one.for),
      text: waitingText(one),
    })),
  };
}

function dueBody({ at, of, what }: DueFacts): DueBody {
  return { at: new Date(at).toISOString(), of, what };
}
