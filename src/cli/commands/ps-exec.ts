import { withRunningApp } from "../app-of.ts";
import type { Command } from "../command.ts";
import { commandLine, holdSession } from "../session.ts";

/** The official client's default. */
const DYNO = "web.1";
const SHELL = "bash";

/** Another process in a dyno that runs, a shell when none is named. It has no config vars, as on Heroku. */
export const psExec: Command = async (call) =>
  withRunningApp(call, (app) => {
    const dyno = call.options.text("dynoName") ?? call.options.text("dyno") ?? DYNO;
    const { arguments: words } = call;
    return holdSession(call, app, {
      path: `${app.path}/dynos/${encodeURIComponent(dyno)}`,
      body: { command: words.length === 0 ? SHELL : commandLine(words) },
      words: `Connecting to ${dyno} on ⬢ ${app.name}`,
      joined: () => "done",
    });
  });
