import type { Control } from "../api/server.ts";
import { LOG_LINES_KEPT, SHUTDOWN_GRACE } from "../heroku/limits.ts";
import { sleep } from "../kernel/clock.ts";
import { AsyncDisposables, Disposables } from "../kernel/disposables.ts";
import { formatDuration } from "../kernel/duration.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import { millis, seconds } from "../kernel/units.ts";
import { explain } from "../platform/explain.ts";
import type { Explanation, PlatformFailure } from "../platform/failure.ts";
import { withHolder } from "../platform/listening-failure.ts";
import type {
  Deployed,
  DeployOptions,
  DynoFacts,
  LogFilter,
  Platform,
  TailLine,
} from "../platform/platform.ts";
import { writeRunFile } from "../platform/run-file.ts";
import { atExit } from "./at-exit.ts";
import type { Outcome } from "./command.ts";
import { envFile } from "./config-pairs.ts";
import { Interrupts, SIGNAL_STATUS, type Interruption } from "./interrupts.ts";
import { engineTable } from "./render/engine-table.ts";
import { strictLimits } from "./strict-limits.ts";
import type { UpOptions } from "./up-options.ts";
import { tell, type World } from "./world.ts";

export const EVERY_LINE: LogFilter = { source: undefined, dyno: undefined, type: undefined };
/** design.md 5 */
const CONTROL_PORT = 4567;
const LOOK_EVERY = millis(20);

/** An app that this process hosts. */
export interface Hosted {
  readonly platform: Platform;
  readonly control: Control;
  readonly interrupts: Interrupts;
  /** A signal to this process, or `dynosim down`: the app is to end. */
  readonly ended: Promise<Interruption | "down">;
  /** From here on health says yes, and `up -d` leaves: what is to be read before must be written by then. */
  readonly open: () => void;
}

/** What a command makes of the app that it hosts. */
export interface Purpose {
  /** Each line of the log, from the app's creation to the last words of its dynos. */
  readonly onLine: TailLine;
  /** Dynos that wait in their cool-off. Called once; words given back end the hosting. heroku.md 2.6 */
  readonly onCrash: (platform: Platform, crashed: readonly DynoFacts[]) => Explanation | undefined;
  /** The formation is up. Its exit code is that of the command; the app ends with it. */
  readonly onUp: (hosted: Hosted, deployed: Deployed) => Promise<number>;
}

/** Opens the app of a folder, deploys it, serves its `purpose`, and leaves nothing of it running. */
export async function host(world: World, options: UpOptions, purpose: Purpose): Promise<Outcome> {
  using interrupts = new Interrupts(world.clock);
  const vars = await envFile(world.cwd, options.envFile);
  if (!vars.ok) return vars;
  const opened = await world.openPlatform({
    folder: options.folder,
    mode: "up",
    environment: world.environment,
    engine: options.engine,
    clock: options.clock,
    switches: options.switches,
    onNotice: (line) => tell(world, line),
    ...given({ name: options.name, port: options.port, bind: options.bind, era: options.era }),
    enforcement: options.enforcement,
    ...given({ dynoType: options.dynoType, forwardedProto: options.forwardedProto }),
  });
  if (!opened.ok) return fail(explain(withHolder(opened.failure, world.environment)));
  const platform = opened.value;
  using log = new Disposables();
  // what was told while the platform was opened: the app's creation
  for (const line of platform.recentLogs(EVERY_LINE, LOG_LINES_KEPT)) purpose.onLine(line, true);
  const tail = log.use(platform.tailLogs(EVERY_LINE, purpose.onLine));
  log.use(atExit(() => tail[Symbol.dispose]()));
  await using ending = new AsyncDisposables();
  ending.defer(() => stop(world, platform, interrupts));
  let isOpen = false;
  // only now: the engine makes the app's network while this loads
  const { openControl } = await loadControl();
  const control = await openControl(platform, {
    port: options.controlPort ?? CONTROL_PORT,
    isExact: options.controlPort !== undefined,
    // before the deploy no dyno is late, as there is none: nobody may take that for ready
    isReady: () => isOpen && platform.ready(),
    onBug: (error) => tell(world, `dynosim bug: ${String(error)}`),
  });
  if (!control.ok) return fail(explain(withHolder(control.failure, world.environment)));
  // the log's last lines still reach those who follow: the dynos stop first, then the control port closes
  await using closing = new AsyncDisposables();
  const stopFirst = ending.move();
  closing.use(control.value);
  closing.use(runFile(world, platform, control.value));
  closing.use(stopFirst);
  const hosted: Hosted = {
    platform,
    control: control.value,
    interrupts,
    // both a signal and `dynosim down` end a build in its middle
    ended: Promise.race([interrupts.first, platform.downRequested.then(() => "down" as const)]),
    open: () => (isOpen = true),
  };
  // awaited here: what is disposed at the end of this block must outlive it
  return await serve(world, hosted, options, vars.value, purpose);
}

function loadControl(): Promise<typeof import("../api/server.ts")> {
  return import("../api/server.ts");
}

/** Deploys, waits until it is up, and lets the purpose have it. */
async function serve(
  world: World,
  hosted: Hosted,
  options: UpOptions,
  vars: Readonly<Record<string, string>>,
  purpose: Purpose,
): Promise<Outcome> {
  const { platform, ended } = hosted;
  const fit = await lookAtEngine(world, platform, options);
  if (!fit.ok) return fit;
  const over = new AbortController();
  void ended.then(() => over.abort());
  const set = await setVars(platform, vars);
  if (!set.ok) return set;
  const chosen = setBuilders(platform, options);
  if (!chosen.ok) return fail(explain(chosen.failure));
  const deploying = platform.deploy({ ...deployOptions(world, options), signal: over.signal });
  // nobody who wants to end it waits for a release command, which may take an hour: `stop` ends that as it ends dynos
  const deployed = await Promise.race([deploying, ended]);
  if (typeof deployed === "string")
    tell(world, "Stopped before it was released; a former release stands as it was.");
  if (typeof deployed === "string" || over.signal.aborted) return ok(statusOf(await ended));
  if (!deployed.ok) return fail(explain(deployed.failure));

  const giveUp = options.wait === undefined ? undefined : world.clock.now() + options.wait;
  let isCrashTold = false;
  while (!platform.ready() && !over.signal.aborted) {
    const crashed = platform.dynos().filter(({ state }) => state === "crashed");
    if (crashed.length > 0 && !isCrashTold) {
      isCrashTold = true;
      const reason = purpose.onCrash(platform, crashed);
      if (reason !== undefined) return fail(reason);
    }
    if (giveUp !== undefined && world.clock.now() > giveUp) return fail(notInTime(platform, options));
    await sleep(world.clock, LOOK_EVERY);
  }
  if (over.signal.aborted) return ok(statusOf(await ended));
  return ok(await purpose.onUp(hosted, deployed.value));
}

/** What is not enforced is said before anything runs; under --strict nothing runs then. issue E 4 */
async function lookAtEngine(
  world: World,
  platform: Platform,
  { strict }: UpOptions,
): Promise<Result<void, Explanation>> {
  if (platform.runsIn === "containers" && !strict) return ok();
  const engine = await platform.engineFacts();
  // what makes it silent is met by the build, in its words
  if (!engine.ok) return ok();
  const fit = strict ? strictLimits(engine.value, platform.app().enforcement) : ok();
  if (fit.ok) for (const line of engineTable(engine.value)) tell(world, line);
  return fit;
}

export function deployOptions(world: World, options: UpOptions): Omit<DeployOptions, "signal"> {
  return {
    source: options.source,
    strict: options.strict,
    offline: options.offline,
    extraEnv: {},
    slugFile: undefined,
    formation: options.formation,
    onLine: (line) => tell(world, line),
  };
}

export function statusOf(end: Interruption | "down"): number {
  return end === "down" ? 0 : SIGNAL_STATUS[end];
}

/** As `heroku create --buildpack` does: for this build and those to come. */
function setBuilders(
  platform: Platform,
  { buildpacks, stackImage }: UpOptions,
): Result<unknown, PlatformFailure> {
  if (stackImage !== undefined) platform.setStackImages(stackImage === "own" ? undefined : stackImage);
  return buildpacks.length === 0 ? ok() : platform.setBuildpacks(buildpacks);
}

/** Only what changes: the same file on every start makes one release, not many. issue A 6 */
async function setVars(
  platform: Platform,
  vars: Readonly<Record<string, string>>,
): Promise<Result<void, Explanation>> {
  const former = platform.configVars();
  const changed = Object.entries(vars).filter(([name, value]) => former[name] !== value);
  if (changed.length === 0) return ok();
  const set = await platform.setConfigVars(Object.fromEntries(changed));
  return set.ok ? ok() : fail(explain(set.failure));
}

/** Heroku's 30 s for the dynos; a second signal kills what is left. design.md 5 */
async function stop(world: World, platform: Platform, interrupts: Interrupts): Promise<void> {
  const running = platform.dynos().filter(({ state }) => state === "up" || state === "starting");
  const names = running.map(({ name }) => name).join(", ");
  const over = new AbortController();
  const stopping = Promise.resolve(platform[Symbol.asyncDispose]()).finally(() => over.abort());
  if (running.length > 0) void countDown();
  const second = interrupts.second.then(() => "now" as const);
  if ((await Promise.race([stopping, second])) === "now") {
    const killed = await platform.killNow();
    tell(world, killed.length === 0 ? "Nothing was left to kill." : `Killed ${killed.join(", ")}.`);
  }
  await stopping;

  async function countDown(): Promise<void> {
    tell(world, `Stopping ${names}: SIGTERM, then up to 30 s (Ctrl-C again kills at once).`);
    const killAt = world.clock.now() + SHUTDOWN_GRACE;
    while (world.stderr.isTTY && !over.signal.aborted && world.clock.now() < killAt) {
      await sleep(world.clock, seconds(1));
      if (!over.signal.aborted)
        world.stderr.write(`\r${Math.max(Math.round((killAt - world.clock.now()) / 1000), 0)} s left \r`);
    }
  }
}

function runFile(world: World, platform: Platform, control: Control): Disposable {
  const { name, instance, folder, owner, webUrl = "", dynosimVersion } = platform.app();
  const facts = {
    version: dynosimVersion,
    app: name,
    instance,
    folder,
    owner,
    url: webUrl,
    controlUrl: control.url,
  };
  return writeRunFile(facts, control.token, world.environment);
}

function notInTime(platform: Platform, { wait = millis(0) }: UpOptions): Explanation {
  const late = platform.dynos().filter(({ state }) => state !== "up" && state !== "idle");
  return {
    title: `${platform.app().name} was not up within ${formatDuration(wait)}.`,
    body: late.map(({ name, state }) => `${name} is ${state}`).join(", "),
    next: "What it said is above; a web process has to listen on $PORT.",
    exitCode: 6,
  };
}

/** Without what was not given: an option that is there and undefined is not the same. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const there = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
