import type { DynoBody } from "../api/resources/dyno.ts";
import { ATTACH_PROTOCOL } from "../api/frames.ts";
import { ok } from "../kernel/result.ts";
import type { AppClient } from "./app-of.ts";
import { converse } from "./attached.ts";
import { failed, type Call, type Outcome } from "./command.ts";
import { Interrupts, SIGNAL_STATUS } from "./interrupts.ts";
import type { World } from "./world.ts";

export interface SessionRequest {
  /** Where the control API starts such a process. */
  readonly path: string;
  readonly body: { readonly command: string; readonly env?: Readonly<Record<string, string>> };
  /** `Running bash on ⬢ app`, and what follows the dots: on a terminal until there is a connection, and then. */
  readonly words: string;
  readonly starting?: (dyno: DynoBody) => string;
  readonly joined: (dyno: DynoBody) => string;
}

/** Starts a process in a dyno and joins it with this terminal, or these pipes; its exit status is ours. */
export async function holdSession(call: Call, app: AppClient, request: SessionRequest): Promise<Outcome> {
  const { world, options } = call;
  const terminal = world.stdin.isTTY && world.stdout.isTTY && options.flag("tty");
  const words = `${request.words}...`;
  world.stderr.write(words);
  // in this process the dyno must not outlive us, so a signal ends the conversation first
  using interrupts = new Interrupts(world.clock);
  const started = await app.control.send<DynoBody>("POST", request.path, {
    ...request.body,
    env: { ...request.body.env, ...(terminal ? windowOf(world) : {}) },
    attach: true,
    force_no_tty: !terminal,
  });
  if (!started.ok) {
    world.stderr.write(" !\n");
    return started;
  }
  const dyno = started.value.body;
  if (world.stderr.isTTY && request.starting) world.stderr.write(` ${request.starting(dyno)}`);
  const connected =
    dyno.attach_url === null
      ? failed("The app gave no way to attach to the dyno.")
      : await app.control.attach(dyno.attach_url, ATTACH_PROTOCOL);
  if (!connected.ok) {
    world.stderr.write(" !\n");
    return connected;
  }
  world.stderr.write(`${world.stderr.isTTY ? `\r\u001B[K${words}` : ""} ${request.joined(dyno)}\n`);
  const { socket, head } = connected.value;
  void interrupts.first.then(() => socket.destroy());
  const ending = await converse(world, socket, head, terminal);
  if (ending.how === "exited") return ok(ending.status);
  if (interrupts.signal.aborted) return ok(SIGNAL_STATUS[await interrupts.first]);
  const [title, next] = WORDS[ending.how];
  return failed(title, next);
}

const WORDS = {
  forced: ["forcing dyno disconnect", "What still runs of it was sent SIGHUP: dynosim ps"],
  silence: [
    "The connection was closed: for an hour there was neither input nor output.",
    "The dyno was sent SIGHUP. For what takes long and says nothing: dynosim run:detached",
  ],
  "broke-off": ["The connection to the dyno broke off.", "dynosim ps tells whether it is still there."],
} as const;

function windowOf({ environment, stdout }: World): Readonly<Record<string, string>> {
  return {
    TERM: environment["TERM"] ?? "xterm",
    COLUMNS: String(stdout.columns ?? 80),
    LINES: String(stdout.rows ?? 24),
  };
}

/** One word is a whole command line; several are joined, those with spaces in double quotes. heroku-cli.md 5 */
export function commandLine(words: readonly string[]): string {
  const [only] = words;
  if (words.length === 1 && only !== undefined) return only;
  return words.map((word) => (/[\s"]|^$/.test(word) ? `"${word.replaceAll('"', '\\"')}"` : word)).join(" ");
}
