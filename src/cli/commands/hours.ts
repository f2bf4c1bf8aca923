import type { HoursBody } from "../../api/resources/hours.ts";
import { HOUR_POOLS } from "../../heroku/hour-pools.ts";
import { formatDuration } from "../../kernel/duration.ts";
import { ok } from "../../kernel/result.ts";
import { millis } from "../../kernel/units.ts";
import { withApp } from "../app-of.ts";
import type { Command } from "../command.ts";
import { durationOption } from "../duration-option.ts";
import { action } from "../render/action.ts";
import { localTime } from "../render/ago.ts";
import { namesAndValues } from "../render/aligned.ts";
import { hoursAndShare } from "../render/hours.ts";
import { print, printJson } from "../world.ts";

/** `hours`, `hours --used 999h`, `hours --pool 550h`. Ours: on Heroku only the account's own life changes them. */
export const hours: Command = async (call) => {
  const { world, options } = call;
  const [pool, used] = [options.text("pool"), options.text("used")];
  for (const text of [pool, used]) {
    const duration = durationOption(text);
    if (!duration.ok) return duration;
  }
  const isChange = pool !== undefined || used !== undefined;
  return withApp(call, async ({ name, path, control }) => {
    const reply = isChange
      ? await action(
          world,
          `Setting the dyno hours of ⬢ ${name}`,
          () => control.send<HoursBody>("PATCH", `/dynosim${path}/hours`, { pool, used }),
          ({ body }) => `done, ${left(body)} left`,
        )
      : await control.get<HoursBody>(`/dynosim${path}/hours`);
    if (!reply.ok) return reply;
    const { body, now } = reply.value;
    if (options.flag("json")) printJson(world, body);
    else if (!isChange) {
      print(world, `=== ⬢ ${name} ${HOUR_POOLS[body.type].label} Dyno Hours`);
      print(world);
      for (const line of namesAndValues(describe(body, now))) print(world, line);
    }
    return ok(0);
  });
};

function describe(body: HoursBody, now: Date): readonly (readonly [string, string])[] {
  const { pool_ms, used_ms, running, empty_at, next_month } = body;
  return [
    ["Pool", `${formatHours(pool_ms)} a month`],
    ["Used", hoursAndShare(used_ms / 1000, pool_ms / 1000)],
    ["Left", left(body)],
    ["In use", running === 1 ? "by 1 dyno" : `by ${running} dynos`],
    ["Empty", empty_at === null ? (used_ms >= pool_ms ? "now" : "not this month") : whenAndIn(empty_at, now)],
    ["Full again", whenAndIn(next_month, now)],
  ];
}

function left({ pool_ms, used_ms }: HoursBody): string {
  return hoursAndShare((pool_ms - used_ms) / 1000, pool_ms / 1000);
}

/** `1000h`: Heroku counts in hours, however many. */
function formatHours(duration: number): string {
  const hourCount = Math.floor(duration / 3_600_000);
  const rest = duration - hourCount * 3_600_000;
  return rest === 0 ? `${hourCount}h` : `${hourCount}h${formatDuration(millis(rest))}`;
}

function whenAndIn(at: string, now: Date): string {
  const date = new Date(at);
  return `${localTime(date)} (in ${formatDuration(millis(Math.max(date.getTime() - now.getTime(), 0)))})`;
}
