import type { ClockBody, DueBody } from "../../api/resources/clock.ts";
import { formatDuration } from "../../kernel/duration.ts";
import { millis } from "../../kernel/units.ts";
import { localTime } from "./ago.ts";
import { columns, namesAndValues } from "./aligned.ts";

/** A dyno has one timer or two; what is far away is of less interest. */
const SHOWN = 10;

export function clockLines(app: string, body: ClockBody): readonly string[] {
  const now = new Date(body.now);
  const offset = millis(Math.abs(body.offset_ms));
  const due = body.due.slice(0, SHOWN).map((one) => [one.of, one.what, dueIn(new Date(one.at), now)]);
  const rest = body.due.length - due.length;
  return [
    `=== ⬢ ${app} Clock`,
    "",
    ...namesAndValues([
      ["Now", localTime(now)],
      [body.offset_ms < 0 ? "Behind by" : "Ahead by", formatDuration(offset)],
      ["State", stateText(body)],
    ]),
    "",
    "=== Due next",
    "",
    ...(due.length === 0 ? ["nothing"] : columns(due)),
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ];
}

/** `web.1 cycles` */
export function dueText({ of, what }: Pick<DueBody, "of" | "what">): string {
  return `${of} ${what}`;
}

function stateText({ state, moving, moving_to, waiting_for }: ClockBody): string {
  if (!moving) return state;
  const held = waiting_for.map(({ text }) => text).join(", ");
  const to = moving_to === null ? "" : ` to ${localTime(new Date(moving_to))}`;
  return `${state}, being moved${to}${held === "" ? "" : `; waits: ${held}`}`;
}

function dueIn(due: Date, now: Date): string {
  const left = millis(Math.max(due.getTime() - now.getTime(), 0));
  return `${localTime(due)} (in ${formatDuration(left)})`;
}
