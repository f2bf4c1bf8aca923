import type { DynoBody } from "../../api/resources/dyno.ts";
import { ok, type Result } from "../../kernel/result.ts";
import type { Explanation } from "../../platform/failure.ts";
import { withApp, withRunningApp } from "../app-of.ts";
import { usage, type Call, type Command } from "../command.ts";
import { parseRunEnv } from "../config-pairs.ts";
import { action } from "../render/action.ts";
import { commandLine, holdSession } from "../session.ts";
import { tellEngine } from "../tell-engine.ts";
import { print } from "../world.ts";
import { printLog } from "./logs.ts";

/** A one-off dyno with this terminal, or these pipes; its exit status is ours. heroku.md 8 */
export const run: Command = async (call) => {
  const request = readRequest(call, "run bash");
  if (!request.ok) return request;
  return withApp(call, async (app) => {
    // an app that is up has told it at its start
    if (app.run === undefined) await tellEngine(call.world, app);
    return holdSession(call, app, {
      path: `${app.path}/dynos`,
      body: request.value,
      words: `Running ${request.value.command} on ⬢ ${app.name}`,
      starting: ({ name, size }) => `starting, ${name} (${size})`,
      joined: ({ name }) => `up, ${name}`,
    });
  });
};

/** Output goes to the log. heroku.md 8 */
export const runDetached: Command = async (call) => {
  const request = readRequest(call, "run:detached python manage.py reindex");
  if (!request.ok) return request;
  return withRunningApp(call, async (app) => {
    const { name, path, control } = app;
    const started = await action(
      call.world,
      `Running ${request.value.command} on ⬢ ${name}`,
      () => control.send<DynoBody>("POST", `${path}/dynos`, { ...request.value, attach: false }),
      ({ body }) => `done, ${body.name}`,
    );
    if (!started.ok) return started;
    const dyno = started.value.body.name;
    if (call.options.flag("tail")) return printLog(call, app, { tail: true, dyno });
    print(call.world, `Run dynosim logs --app ${name} --dyno ${dyno} to view the output.`);
    return ok(0);
  });
};

interface RunRequest {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly size?: string;
  readonly type?: string;
}

function readRequest({ arguments: words, options }: Call, example: string): Result<RunRequest, Explanation> {
  if (words.length === 0)
    return usage(`Usage: dynosim ${example.split(" ")[0]} COMMAND`, `For example: dynosim ${example}`);
  const env = parseRunEnv(options.list("env"));
  if (!env.ok) return env;
  const [size, type] = [options.text("size"), options.text("type")];
  return ok({
    command: commandLine(words),
    env: env.value,
    ...(size === undefined ? {} : { size }),
    ...(type === undefined ? {} : { type }),
  });
}
