import type { Control } from "../../api/server.ts";
import type { LogLine } from "../../heroku/log-line.ts";
import { LOG_LINES_KEPT, SHUTDOWN_GRACE } from "../../heroku/limits.ts";
import { sleep } from "../../kernel/clock.ts";
import { formatDuration } from "../../kernel/duration.ts";
import { fail, ok, type Result } from "../../kernel/result.ts";
import { between, millis, seconds } from "../../kernel/units.ts";
import { explain } from "../../platform/explain.ts";
import type { Explanation } from "../../platform/failure.ts";
import { formatLine } from "../../platform/log-text.ts";
import type { Deployed, DynoFacts, LogFilter, Platform } from "../../platform/platform.ts";
import { writeRunFile } from "../../platform/run-file.ts";
import type { Command, Outcome } from "../command.ts";
import { envFile } from "../config-pairs.ts";
import { detach } from "../detach.ts";
import { Interrupts, SIGNAL_STATUS, type Interruption } from "../interrupts.ts";
import { box } from "../render/box.ts";
import { coloured } from "../render/log-colours.ts";
import { readyLine } from "../render/ready-line.ts";
import { readUpOptions, type UpOptions } from "../up-options.ts";
import { hasColour, print, tell, type World } from "../world.ts";

const EVERY_LINE: LogFilter = { source: undefined, dyno: undefined, type: undefined };
const LOOK_EVERY = millis(20);

/** The only command that hosts an app: until a signal, `dynosim down`, or a failure. */
export const up: Command = async (call) => {
  const options = readUpOptions(call);
  if (!options.ok) return options;
  return options.value.detach ? detach(call, options.value) : host(call.world, options.value);
};

async function host(world: World, options: UpOptions): Promise<Outcome> {
  using interrupts = new Interrupts(world.clock);
  const vars = await envFile(world.cwd, options.envFile);
  if (!vars.ok) return vars;
  const opened = await world.openPlatform({
    folder: options.folder,
    mode: "up",
    environment: world.environment,
    onNotice: (line) => tell(world, line),
    ...given({ name: options.name, port: options.port, era: options.era }),
    ...given({ dynoType: options.dynoType, forwardedProto: options.forwardedProto }),
  });
  if (!opened.ok) return fail(explain(opened.failure));
  const platform = opened.value;
  const show = hasColour(world, world.stdout) ? coloured : (line: string) => line;
  using log = new DisposableStack();
  const write = (line: LogLine): void => print(world, show(formatLine(line)));
  // what was told while the platform was opened: the app's creation
  platform.recentLogs(EVERY_LINE, LOG_LINES_KEPT).forEach(write);
  log.use(platform.tailLogs(EVERY_LINE, write));
  await using ending = new AsyncDisposableStack();
  ending.defer(() => stop(world, platform, interrupts));
  const stage: Stage = { isTold: false };
  // only now: the engine makes the app's network while this loads
  const { openControl } = await loadControl();
  const control = await openControl(platform, {
    port: options.controlPort,
    isReady: () => stage.isTold && platform.ready(),
    onBug: (error) => tell(world, `dynosim bug: ${String(error)}`),
  });
  if (!control.ok) return fail(explain(control.failure));
  // the log's last lines still reach those who follow: the dynos stop first, then the control port closes
  await using closing = new AsyncDisposableStack();
  const stopFirst = ending.move();
  closing.use(control.value);
  closing.use(runFile(world, platform, control.value));
  closing.use(stopFirst);
  // awaited here: what is disposed at the end of this block must outlive it
  return await serve(world, platform, control.value, options, vars.value, interrupts, stage);
}

function loadControl(): Promise<typeof import("../../api/server.ts")> {
  return import("../../api/server.ts");
}

/**
 * Before the deploy no dyno is late, as there is none: nobody may take that for ready. And `up -d` leaves at
 * the first healthy answer: by then the box and the notices are written, or they would be lost.
 */
interface Stage {
  isTold: boolean;
}

/** Deploys, tells when it is up, and waits for the end. */
async function serve(
  world: World,
  platform: Platform,
  control: Control,
  options: UpOptions,
  vars: Readonly<Record<string, string>>,
  interrupts: Interrupts,
  stage: Stage,
): Promise<Outcome> {
  // both a signal and `dynosim down` end a build in its middle
  const ended = Promise.race([interrupts.first, platform.downRequested.then(() => "down" as const)]);
  const over = new AbortController();
  void ended.then(() => over.abort());
  const set = await setVars(platform, vars);
  if (!set.ok) return set;
  const deploying = platform.deploy({
    source: options.source,
    strict: options.strict,
    extraEnv: {},
    slugFile: undefined,
    formation: options.formation,
    onLine: (line) => tell(world, line),
    signal: over.signal,
  });
  // nobody who wants to end it waits for a release command, which may take an hour: `stop` ends that as it ends dynos
  const deployed = await Promise.race([deploying, ended]);
  if (typeof deployed === "string" || over.signal.aborted) return ok(statusOf(await ended));
  if (!deployed.ok) return fail(explain(deployed.failure));

  const giveUp = options.wait === undefined ? undefined : world.clock.now() + options.wait;
  let isCrashTold = false;
  while (!platform.ready() && !over.signal.aborted) {
    const crashed = platform.dynos().filter(({ state }) => state === "crashed");
    if (crashed.length > 0 && !isCrashTold) {
      isCrashTold = true;
      for (const line of crashLines(platform, crashed)) tell(world, line);
    }
    if (giveUp !== undefined && world.clock.now() > giveUp) return fail(notInTime(platform, options));
    await sleep(world.clock, LOOK_EVERY);
  }
  if (!over.signal.aborted) await tellReady(world, platform, control, deployed.value, stage);
  return ok(statusOf(await ended));
}

/** Else the log falls silent until the cool-off is over, and nobody knows what to wait for. heroku.md 2.6 */
function crashLines(platform: Platform, crashed: readonly DynoFacts[]): readonly string[] {
  const { webUrl = "" } = platform.app();
  const { now, nextDue } = platform.clock();
  const next = nextDue === undefined ? "" : ` in ${formatDuration(between(now, nextDue))}`;
  const names = crashed.map(({ name }) => name).join(", ");
  return [
    `${names} crashed twice; what it said is in the log above. On Heroku it now cools off, and so it does here: ${webUrl} answers with H10 until it runs.`,
    `Next try${next}, or now: dynosim ps:restart. Once the app is mended: Ctrl-C, and dynosim up again.`,
  ];
}

async function tellReady(
  world: World,
  platform: Platform,
  control: Control,
  { release, notices }: Deployed,
  stage: Stage,
): Promise<void> {
  const { name, webUrl = "" } = platform.app();
  const engine = await platform.engineFacts();
  const lines = box({
    app: name,
    url: webUrl,
    controlUrl: control.url,
    release: release.version,
    formation: platform.formation(),
    clock: platform.clock(),
    engine: engine.ok ? engine.value : undefined,
  });
  for (const line of [...lines, ...notices]) tell(world, line);
  stage.isTold = true;
  print(world, readyLine(webUrl, name));
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

function statusOf(end: Interruption | "down"): number {
  return end === "down" ? 0 : SIGNAL_STATUS[end];
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
