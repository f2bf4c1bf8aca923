import type { ClockBody } from "../../api/resources/clock.ts";
import { fail, ok, type Result } from "../../kernel/result.ts";
import type { Millis } from "../../kernel/units.ts";
import { clockMove } from "../../platform/clock-move.ts";
import type { Explanation } from "../../platform/failure.ts";
import { withRunningApp, type AppClient } from "../app-of.ts";
import { usage, type Call, type Command, type Outcome } from "../command.ts";
import { moveClock } from "../move-clock.ts";
import { action } from "../render/action.ts";
import { clockLines, dueText } from "../render/clock.ts";
import { localTime } from "../render/ago.ts";
import { print, printJson, type World } from "../world.ts";

const USAGE = "Usage: dynosim clock [advance DURATION | advance-to-next | pause | resume]";

/** `clock`, `clock advance 31m`, `clock advance-to-next`, `clock pause`, `clock resume` */
export const clock: Command = async (call) => {
  const [verb, text, ...others] = call.arguments;
  const wanted = verb === "advance" ? 2 : verb === undefined ? 0 : 1;
  if (call.arguments.length !== wanted || others.length > 0)
    return usage(USAGE, "For example: dynosim clock advance 31m");
  switch (verb) {
    case undefined:
      return show(call);
    case "advance": {
      const duration = await readMove(text ?? "");
      return duration.ok ? advance(call, text ?? "") : duration;
    }
    case "advance-to-next":
      return advanceToNext(call);
    case "pause":
    case "resume":
      return pauseOrResume(call, verb);
    default:
      return usage(USAGE, "For example: dynosim clock advance 31m");
  }
};

function show(call: Call): Promise<Outcome> {
  return withRunningApp(call, async ({ name, path, control }) => {
    const reply = await control.get<ClockBody>(`/dynosim${path}/clock`);
    if (!reply.ok) return reply;
    const { world, options } = call;
    if (options.flag("json")) printJson(world, reply.value.body);
    else for (const line of clockLines(name, reply.value.body)) print(world, line);
    return ok(0);
  });
}

function advance(call: Call, text: string): Promise<Outcome> {
  return withRunningApp(call, (app) =>
    moveClock(call, app, {
      words: `Moving the clock of ⬢ ${app.name} forward by ${text}`,
      path: "clock/advance",
      body: { by: text },
      ending: ({ now }) => `done, now ${localTime(new Date(now))}`,
    }),
  );
}

function advanceToNext(call: Call): Promise<Outcome> {
  return withRunningApp(call, (app) =>
    moveClock(call, app, {
      words: `Moving the clock of ⬢ ${app.name} to what is due next`,
      path: "clock/advance-to-next",
      body: undefined,
      ending: ({ now, fired }) =>
        `done, now ${localTime(new Date(now))}${fired === undefined ? "" : `: ${dueText(fired)}`}`,
    }),
  );
}

function pauseOrResume(call: Call, verb: "pause" | "resume"): Promise<Outcome> {
  return withRunningApp(call, async (app) => {
    const reply = await pausedOrResumed(call.world, app, verb);
    if (!reply.ok) return reply;
    if (call.options.flag("json")) printJson(call.world, reply.value);
    return ok(0);
  });
}

async function pausedOrResumed(
  world: World,
  { name, path, control }: AppClient,
  verb: "pause" | "resume",
): Promise<Result<ClockBody, Explanation>> {
  const [words, ending] = verb === "pause" ? ["Pausing", "stands at"] : ["Resuming", "goes on from"];
  const reply = await action(
    world,
    `${words} the clock of ⬢ ${name}`,
    () => control.send<ClockBody>("POST", `/dynosim${path}/clock/${verb}`),
    ({ body }) => `done, it ${ending} ${localTime(new Date(body.now))}`,
  );
  return reply.ok ? ok(reply.value.body) : reply;
}

/** The words are loaded when there is something to explain. */
async function readMove(text: string): Promise<Result<Millis, Explanation>> {
  const move = clockMove(text);
  if (move.ok) return move;
  const { explain } = await import("../../platform/explain.ts");
  return fail(explain(move.failure));
}
