import type { LogSessionBody } from "../../api/resources/log-session.ts";
import { LOG_LINES_KEPT, LOG_LINES_SHOWN } from "../../heroku/limits.ts";
import { fail, ok } from "../../kernel/result.ts";
import { withRunningApp } from "../app-of.ts";
import { usage, type Command } from "../command.ts";
import { coloured } from "../render/log-colours.ts";
import { hasColour, print, type World } from "../world.ts";

/** heroku.md 7, 9 */
export const logs: Command = async (call) => {
  const { world, options } = call;
  const dyno = options.text("dynoName") ?? options.text("dyno");
  const type = options.text("processType") ?? options.text("ps");
  const source = options.text("source");
  const lines = Number(options.text("num") ?? LOG_LINES_SHOWN);
  if (dyno !== undefined && type !== undefined) return usage("-d and -p exclude each other.");
  if (source !== undefined && source !== "app" && source !== "heroku")
    return usage(`There is no log source ${source}.`, "Sources are app and heroku.");
  if (!Number.isInteger(lines) || lines < 0 || lines > LOG_LINES_KEPT)
    return usage(`-n takes a number from 0 to ${LOG_LINES_KEPT}.`);
  return withRunningApp(call, async ({ path, control }) => {
    const tail = options.flag("tail");
    const session = await control.send<LogSessionBody>("POST", `${path}/log-sessions`, {
      lines,
      tail,
      ...(source === undefined ? {} : { source }),
      ...(dyno === undefined ? {} : { dyno }),
      ...(type === undefined ? {} : { type }),
    });
    if (!session.ok) return session;
    const write = options.flag("json") ? jsonLine : linePrinter(world);
    const ended = await control.events(session.value.body.logplex_url, (line) => write(world, line));
    if (!ended.ok) return ended;
    if (tail || !ended.value) return fail(STREAM_ENDED);
    return ok(0);
  });
};

const STREAM_ENDED = {
  title: "The log stream ended.",
  body: "dynosim up has ended, or was ended.",
  next: "",
  exitCode: 1,
} as const;

type WriteLine = (world: World, line: string) => void;

function linePrinter(world: World): WriteLine {
  return hasColour(world, world.stdout) ? (_, line) => print(world, coloured(line)) : print;
}

const jsonLine: WriteLine = (world, line) => {
  const [, at, source, process, text] = /^(\S+) ([\w-]+)\[([^\]]*)\]: ?(.*)$/s.exec(line) ?? [];
  print(world, JSON.stringify({ at, source, process, text }));
};
