import type { DynoBody } from "../../api/resources/dyno.ts";
import { ATTACH_PROTOCOL } from "../../api/frames.ts";
import { ok, type Result } from "../../kernel/result.ts";
import type { Explanation } from "../../platform/failure.ts";
import { withApp, withRunningApp, type AppClient } from "../app-of.ts";
import { converse } from "../attached.ts";
import { failed, usage, type Call, type Command, type Outcome } from "../command.ts";
import { parseRunEnv } from "../config-pairs.ts";
import { Interrupts, SIGNAL_STATUS } from "../interrupts.ts";
import { action } from "../render/action.ts";
import { print, type World } from "../world.ts";

/** A one-off dyno with this terminal, or these pipes; its exit status is ours. heroku.md 8 */
export const run: Command = async (call) => {
  const request = readRequest(call);
  if (!request.ok) return request;
  return withApp(call, (app) => runAttached(call, app, request.value));
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

async function runAttached(call: Call, app: AppClient, request: RunRequest): Promise<Outcome> {
  const { world, options } = call;
  const terminal = world.stdin.isTTY && world.stdout.isTTY && options.flag("tty");
  const words = `Running ${request.command} on ⬢ ${app.name}...`;
  world.stderr.write(words);
  // in this process the dyno must not outlive us, so a signal ends the conversation first
  using interrupts = new Interrupts(world.clock);
  const started = await app.control.send<DynoBody>("POST", `${app.path}/dynos`, {
    ...request,
    env: { ...request.env, ...(terminal ? windowOf(world) : {}) },
    attach: true,
    force_no_tty: !terminal,
  });
  const dyno = started.ok ? started.value.body : undefined;
  if (dyno !== undefined && world.stderr.isTTY) world.stderr.write(` starting, ${dyno.name} (${dyno.size})`);
  const joined = !started.ok
    ? started
    : started.value.body.attach_url === null
      ? failed("The app gave no way to attach to the dyno.")
      : await app.control.attach(started.value.body.attach_url, ATTACH_PROTOCOL);
  if (!joined.ok) {
    world.stderr.write(" !\n");
    return joined;
  }
  world.stderr.write(`${world.stderr.isTTY ? `\r\u001B[K${words}` : ""} up, ${dyno?.name}\n`);
  const { socket, head } = joined.value;
  void interrupts.first.then(() => socket.destroy());
  const status = await converse(world, socket, head, terminal);
  if (status !== undefined) return ok(status);
  if (interrupts.signal.aborted) return ok(SIGNAL_STATUS[await interrupts.first]);
  return failed("The connection to the dyno broke off.", "dynosim ps tells whether it is still there.");
}

function windowOf({ environment, stdout }: World): Readonly<Record<string, string>> {
  return {
    TERM: environment["TERM"] ?? "xterm",
    COLUMNS: String(stdout.columns ?? 80),
    LINES: String(stdout.rows ?? 24),
  };
}

/** One word is a whole command line; several are joined, those with spaces in double quotes. heroku-cli.md 5 */
function commandLine(words: readonly string[]): string {
  const [only] = words;
  if (words.length === 1 && only !== undefined) return only;
  return words.map((word) => (/[\s"]|^$/.test(word) ? `"${word.replaceAll('"', '\\"')}"` : word)).join(" ");
}
