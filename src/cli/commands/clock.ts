import type { ClockBody } from "../../api/resources/clock.ts";
import { formatDuration } from "../../kernel/duration.ts";
import { ok } from "../../kernel/result.ts";
import { millis } from "../../kernel/units.ts";
import { withRunningApp } from "../app-of.ts";
import { usage, type Command } from "../command.ts";
import { durationOption } from "../duration-option.ts";
import { action } from "../render/action.ts";
import { localTime } from "../render/ago.ts";
import { namesAndValues } from "../render/aligned.ts";
import { print, printJson } from "../world.ts";

/** `clock`, `clock advance 31m` */
export const clock: Command = async (call) => {
  const {
    world,
    options,
    arguments: [verb, text],
  } = call;
  if (verb !== undefined && (verb !== "advance" || text === undefined))
    return usage("Usage: dynosim clock [advance DURATION]", "For example: dynosim clock advance 31m");
  const duration = durationOption(text);
  if (!duration.ok) return duration;
  return withRunningApp(call, async ({ name, path, control }) => {
    const reply =
      verb === undefined
        ? await control.get<ClockBody>(`/dynosim${path}/clock`)
        : await action(
            world,
            `Moving the clock of ⬢ ${name} forward by ${text}`,
            () => control.send<ClockBody>("POST", `/dynosim${path}/clock/advance`, { by: text }),
            ({ body }) => `done, now ${localTime(new Date(body.now))}`,
          );
    if (!reply.ok) return reply;
    if (options.flag("json")) printJson(world, reply.value.body);
    else if (verb === undefined)
      for (const line of [`=== ⬢ ${name} Clock`, "", ...namesAndValues(describe(reply.value.body))])
        print(world, line);
    return ok(0);
  });
};

function describe({ now, offset_ms, next_due }: ClockBody): readonly (readonly [string, string])[] {
  const at = new Date(now);
  return [
    ["Now", localTime(at)],
    ["Ahead by", formatDuration(millis(offset_ms))],
    ["Next due", next_due === null ? "nothing" : nextDue(new Date(next_due), at)],
  ];
}

function nextDue(due: Date, now: Date): string {
  return `${localTime(due)} (in ${formatDuration(millis(Math.max(due.getTime() - now.getTime(), 0)))})`;
}
