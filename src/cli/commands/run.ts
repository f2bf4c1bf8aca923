import type { DynoBody } from "../../api/resources/dyno.ts";
import { ok, type Result } from "../../kernel/result.ts";
import type { Explanation } from "../../platform/failure.ts";
import { withApp, withRunningApp } from "../app-of.ts";
import { usage, type Call, type Command } from "../command.ts";
import { parseRunEnv } from "../config-pairs.ts";
import { action } from "../render/action.ts";
import { commandLine, holdSession } from "../session.ts";
import { print } from "../world.ts";

/** A one-off dyno with this terminal, or these pipes; its exit status is ours. heroku.md 8 */
export const run: Command = async (call) => {
  const request = readRequest(call);
  if (!request.ok) return request;
  return withApp(call, (app) =>
    holdSession(call, app, {
      path: `${app.path}/dynos`,
      body: request.value,
      words: `Running ${request.value.command} on ⬢ ${app.name}`,
      joined: ({ name }) => `up, ${name}`,
    }),
  );
};

/** Output goes to the log. heroku.md 8 */
export const runDetached: Command = async (call) => {
  const request = readRequest(call);
  if (!request.ok) return request;
  return withRunningApp(call, async ({ name, path, control }) => {
    const started = await action(
      call.world,
      `Running ${request.value.command} on ⬢ ${name}`,
      () => control.send<DynoBody>("POST", `${path}/dynos`, { ...request.value, attach: false }),
      ({ body }) => `done, ${body.name}`,
    );
    if (!started.ok) return started;
    print(call.world, `Run dynosim logs --app ${name} --dyno ${started.value.body.name} to view the output.`);
    return ok(0);
  });
};

interface RunRequest {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
  readonly size?: string;
  readonly type?: string;
}

function readRequest({ arguments: words, options }: Call): Result<RunRequest, Explanation> {
  if (words.length === 0) return usage("Usage: dynosim run COMMAND", "For example: dynosim run bash");
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
