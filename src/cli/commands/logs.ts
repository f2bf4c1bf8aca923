import type { LogSessionBody } from "../../api/resources/log-session.ts";
import { LOG_LINES_KEPT, LOG_LINES_SHOWN } from "../../heroku/limits.ts";
import { fail, ok } from "../../kernel/result.ts";
import { withRunningApp, type AppClient } from "../app-of.ts";
import { usage, type Call, type Command, type Outcome } from "../command.ts";
import { jsonOfLine } from "../render/json-line.ts";
import { coloured } from "../render/log-colours.ts";
import { hasColour, print, type World } from "../world.ts";

/** heroku.md 7, 9 */
export const logs: Command = async (call) => {
  const { options } = call;
  const dyno = options.text("dynoName") ?? options.text("dyno");
  const type = options.text("processType") ?? options.text("ps");
  const source = options.text("source");
  const lines = Number(options.text("num") ?? LOG_LINES_SHOWN);
  if (dyno !== undefined && type !== undefined) return usage("-d and -p exclude each other.");
  if (source !== undefined && source !== "app" && source !== "heroku")
    return usage(`There is no log source ${source}.`, "Sources are app and heroku.");
  if (!Number.isInteger(lines) || lines < 0 || lines > LOG_LINES_KEPT)
    return usage(`-n takes a number from 0 to ${LOG_LINES_KEPT}.`);
  return withRunningApp(call, (app) =>
    printLog(call, app, {
      lines,
      tail: options.flag("tail"),
      ...(source === undefined ? {} : { source }),
      ...(dyno === undefined ? {} : { dyno }),
      ...(type === undefined ? {} : { type }),
    }),
  );
};

/** Which lines, as the API wants to hear it. */
interface Wanted {
  readonly lines?: number;
  readonly tail: boolean;
  readonly source?: string;
  readonly dyno?: string;
  readonly type?: string;
}

/** With `tail` until the log, or the reader, ends. */
export async function printLog(
  { world, options }: Call,
  { path, control }: AppClient,
  wanted: Wanted,
): Promise<Outcome> {
  const session = await control.send<LogSessionBody>("POST", `${path}/log-sessions`, wanted);
  if (!session.ok) return session;
  const write = options.flag("json") ? jsonLine : linePrinter(world);
  const ended = await control.events(session.value.body.logplex_url, (line) => write(world, line));
  if (!ended.ok) return ended;
  return wanted.tail || !ended.value ? fail(STREAM_ENDED) : ok(0);
}

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

const jsonLine: WriteLine = (world, line) => print(world, jsonOfLine(line));
