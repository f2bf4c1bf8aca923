import { basename, resolve } from "node:path";
import { toAppName } from "../heroku/names.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { Explanation } from "../platform/failure.ts";
import { listRuns, runOf, tokenOf, type Run } from "../platform/run-file.ts";
import type { Call, Outcome } from "./command.ts";
import { ControlClient } from "./control-client.ts";
import { engineOption } from "./engine-option.ts";
import { Interrupts, SIGNAL_STATUS } from "./interrupts.ts";
import { tell, type World } from "./world.ts";

/** The app a command is about, through its control API. */
export interface AppClient {
  readonly name: string;
  readonly folder: string;
  /** undefined: not up; its stored state is worked on in this process. */
  readonly run: Run | undefined;
  readonly control: ControlClient;
  /** `/apps/NAME` */
  readonly path: string;
}

/** For commands that need a running `up`. */
export async function withRunningApp(
  call: Call,
  work: (app: AppClient & { readonly run: Run }) => Promise<Outcome>,
): Promise<Outcome> {
  const found = findRun(call);
  if (!found.ok) return found;
  if (found.value === undefined) return fail(notUp(call));
  return work(clientOf(found.value));
}

/** For commands that work on the stored state too: without a running `up`, in this process, over the same API. */
export async function withApp(call: Call, work: (app: AppClient) => Promise<Outcome>): Promise<Outcome> {
  const found = findRun(call);
  if (!found.ok) return found;
  const engine = engineOption(call.options);
  if (!engine.ok) return engine;
  const { world, options } = call;
  if (found.value !== undefined) {
    if (engine.value !== undefined) tell(world, `⬢ ${found.value.app} is up, and stays with its engine.`);
    return work(clientOf(found.value));
  }
  const wanted = options.text("app");
  if (wanted !== undefined && options.text("dir") === undefined && wanted !== appNameOf(folderOf(call)))
    return fail(notUp(call));
  const [{ openControl }, { explain }] = await loadServer();
  using notices = new Notices(world);
  const opened = await world.openPlatform({
    folder: folderOf(call),
    mode: "offline",
    engine: engine.value,
    environment: world.environment,
    onNotice: (line) => notices.take(line),
    ...(wanted === undefined ? {} : { name: wanted }),
  });
  if (!opened.ok) return fail(explain(opened.failure));
  await using platform = opened.value;
  const control = await openControl(platform, { port: 0, onBug: (error) => tell(world, String(error)) });
  if (!control.ok) return fail(explain(control.failure));
  await using server = control.value;
  const { name, folder } = platform.app();
  const client = new ControlClient(server.url, server.token);
  // a build or a dyno must not outlive this process: closing the platform ends them
  using interrupts = new Interrupts(world.clock);
  notices.holdBack();
  const working = work({ name, folder, run: undefined, control: client, path: `/apps/${name}` });
  const outcome = await Promise.race([working, interrupts.first]);
  return typeof outcome === "string" ? ok(SIGNAL_STATUS[outcome]) : outcome;
}

/** What is noticed while the command works is told after its own words, never in the middle of `Setting A...`. */
class Notices {
  readonly #world: World;
  readonly #held: string[] = [];
  #holds = false;

  constructor(world: World) {
    this.#world = world;
  }

  take(line: string): void {
    if (this.#holds) this.#held.push(line);
    else tell(this.#world, line);
  }

  holdBack(): void {
    this.#holds = true;
  }

  [Symbol.dispose](): void {
    for (const line of this.#held) tell(this.#world, line);
  }
}

/** On its own: tsc leaves `.ts` in the imports of a function that it lowers `using` in. */
function loadServer(): Promise<[typeof import("../api/server.ts"), typeof import("../platform/explain.ts")]> {
  return Promise.all([import("../api/server.ts"), import("../platform/explain.ts")]);
}

/** `--dir FOLDER`, else the current folder. */
export function folderOf(call: Call): string {
  return resolve(call.world.cwd, call.options.text("dir") ?? ".");
}

/** The name a folder gives its app when nothing else does. issue A 11 */
function appNameOf(folder: string): string {
  return toAppName(basename(folder));
}

function clientOf(run: Run): AppClient & { readonly run: Run } {
  const control = new ControlClient(run.controlUrl, tokenOf(run) ?? "");
  return { name: run.app, folder: run.folder, run, control, path: `/apps/${run.app}` };
}

/** `-a APP` is looked up among all that is up; two of that name are told apart by their folder. */
function findRun(call: Call): Result<Run | undefined, Explanation> {
  const wanted = call.options.text("app");
  const dir = call.options.text("dir");
  const here = runOf(folderOf(call));
  if (wanted === undefined || (here !== undefined && here.app === wanted)) return ok(here);
  if (dir !== undefined) return ok(undefined);
  const named = listRuns(call.world.environment).filter((run) => run.app === wanted);
  if (named.length < 2) return ok(named[0]);
  return fail({
    title: `There are ${named.length} apps called ${wanted}.`,
    body: named.map((run) => run.folder).join("\n"),
    next: `Say which: --dir ${named[0]?.folder}`,
    exitCode: 2,
  });
}

function notUp(call: Call): Explanation {
  const app = call.options.text("app") ?? appNameOf(folderOf(call));
  const there = call.options.text("app") === undefined ? ` ${folderOf(call)}` : "";
  return {
    title: `⬢ ${app} is not up.`,
    body: "This command talks to a running app, and none was found.",
    next: `Start it: dynosim up${there} (what is up: dynosim apps)`,
    exitCode: 1,
  };
}
