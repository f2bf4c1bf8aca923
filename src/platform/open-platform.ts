import { realpathSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { DynoWorld } from "../dyno/world.ts";
import { ENFORCEMENT, type Enforcement } from "../dyno/enforcement.ts";
import { absentEngine } from "../engine/absent-engine.ts";
import type { Engine, ExpectedDyno } from "../engine/engine.ts";
import { Formation } from "../formation/formation.ts";
import { WebBackends } from "../formation/web-backends.ts";
import { eraWith } from "../heroku/era-switches.ts";
import type { Emit } from "../heroku/events.ts";
import { AsyncDisposables } from "../kernel/disposables.ts";
import { sleep } from "../kernel/clock.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import { SystemClock } from "../kernel/system-clock.ts";
import { bytes, millis } from "../kernel/units.ts";
import { Channel } from "../logplex/channel.ts";
import { Router } from "../router/router.ts";
import { writeSlugArchive } from "../slug/slug-archive.ts";
import { adviser } from "./advice.ts";
import { App } from "./app.ts";
import { AppHours } from "./app-hours.ts";
import { LocalCertificates } from "./certificates/local-certificates.ts";
import {
  chooseEngine,
  engineChoice,
  passedOverNotice,
  type EngineChoice,
  type Openings,
} from "./choose-engine.ts";
import { cleaner, type EnginesToClean } from "./clean.ts";
import { slugCompiler } from "./compile.ts";
import { engineOpenings } from "./engine-openings.ts";
import type { PlatformFailure } from "./failure.ts";
import { isCustomDomainOf, isHostOf } from "./domains.ts";
import { hostUser } from "./host.ts";
import { initialState, type Asked } from "./initial-state.ts";
import { connectionsFor, openFilesLimit } from "./descriptors.ts";
import { RouterTroubles } from "./router-troubles.ts";
import { killSwitch } from "./kill-points.ts";
import { removeLeftovers } from "./leftovers.ts";
import { LocalPlatform } from "./local-platform.ts";
import { lockFolder } from "./lock.ts";
import { Onlookers } from "./onlookers.ts";
import { OneOffs } from "./one-offs.ts";
import { PageUrlVars } from "./page-urls.ts";
import { packageVersion } from "./package-version.ts";
import { realTimeLimits } from "./real-time-limits.ts";
import type { Platform } from "./platform.ts";
import { ReleaseOutputs } from "./release-output.ts";
import { listen, reachNotice } from "./listen.ts";
import { listeningFailure } from "./listening-failure.ts";
import { isReachedAs } from "./reach.ts";
import { platformClock } from "./platform-clock.ts";
import { KnownFilesFile } from "./known-files-file.ts";
import { TreeFiles } from "./tree-file.ts";
import { isAlive } from "./run-file.ts";
import { rescueNotice } from "./rescue-notice.ts";
import { SentSourceFile } from "./sent-source-file.ts";
import { Store, TESTING } from "./store.ts";
import { Traffic } from "./traffic/traffic.ts";

export interface PlatformOptions extends Asked {
  readonly folder: string;
  /** `up` hosts router and dynos; `offline` works on the state alone, with the engine where a command needs it. */
  readonly mode: "up" | "offline";
  /** Router port; undefined: 5000, 5006, then any. 0: any. */
  readonly port?: number | undefined;
  /** Undefined: what DYNOSIM_ENGINE says, else `auto`. */
  readonly engine?: EngineChoice | undefined;
  /** Address that the router listens on beside loopback; 0.0.0.0 and :: are all there are. */
  readonly bind?: string | undefined;
  readonly enforcement?: Partial<Enforcement> | undefined;
  readonly forwardedProto?: "http" | "https" | undefined;
  /**
   * Platform time; `paused` moves only when it is told to, `real` forgets where it was moved to before. Default: running.
   */
  readonly clock?: "running" | "paused" | "real" | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Sentences for people, beside the log. */
  readonly onNotice: (line: string) => void;
  /** Each event, from the app's creation on; the log tells of the same. */
  readonly onEvent?: Emit | undefined;
}

/** What a server prints when it has begun to listen comes this late at most, as a rule. */
const FIRST_WORDS = millis(100);

const MAINTENANCE_NOTICE =
  "Maintenance mode is on: each request gets the maintenance page (H80). To end it: dynosim maintenance:off";

/** The composition root: the one place where services are built and handed to each other. */
export async function openPlatform(options: PlatformOptions): Promise<Result<Platform, PlatformFailure>> {
  const folder = existingFolder(options.folder);
  if (folder === undefined) return fail({ kind: "folder-missing", folder: resolve(options.folder) });
  const choice = engineChoice(options.engine, options.environment);
  if (!choice.ok) return choice;
  const limits = realTimeLimits(options.environment);
  if (!limits.ok) return limits;
  await using cleanup = new AsyncDisposables();
  const kill = killSwitch(options.environment);
  const store = new Store(folder, options.fresh === undefined ? "" : TESTING, kill.saving);
  const prepared = store.prepare();
  if (!prepared.ok) return prepared;
  const lock = lockFolder(folder, store.folder);
  if (!lock.ok) return lock;
  cleanup.use(lock.value);
  removeLeftovers(store.folder, options.environment);

  const realClock = new SystemClock();
  const loaded = store.load();
  if (!loaded.ok) return loaded;
  const { rescue } = loaded.value;
  if (rescue !== undefined) options.onNotice(rescueNotice(rescue));
  const movedTo = options.fresh || options.clock === "real" ? undefined : loaded.value.state.movedTo;
  const clock = platformClock(realClock, movedTo);
  if (options.clock === "paused") clock.pause();
  // else a timer of 24 hours would keep a test's process from ending
  cleanup.defer(() => clock.pause());
  const initial = initialState(folder, loaded.value.state, options, clock.now());
  if (!initial.ok) return initial;
  let router: Router | undefined;
  const channel = new Channel(eraWith(initial.value.era, initial.value.switches), realClock);
  cleanup.defer(() => channel.flush());
  const onlookers = new Onlookers();
  const traffic = new Traffic(() => router?.requestsUnderWay() ?? [], realClock);
  const tell: Emit = kill.emit((event) => {
    channel.tell(event);
    traffic.tell(event);
    onlookers.tell(event);
    options.onEvent?.(event);
  });
  const app = new App(folder, hostUser(folder), initial.value, store, clock, tell);
  app.change({});
  if (app.state.releases.length === 0) app.create();

  const version = packageVersion();
  const openings = engineOpenings(options.environment, realClock);
  const opened = await chooseEngine(choice.value, openings);
  if (!opened.ok && options.mode === "up") return opened;
  const { engine: bare, passedOver } = opened.ok
    ? opened.value
    : { engine: absentEngine(opened.failure), passedOver: undefined };
  const engine = kill.engine(bare);
  cleanup.use(engine);
  if (passedOver !== undefined && options.mode === "up") options.onNotice(passedOverNotice(passedOver));

  const advise = adviser(options.onNotice);
  const world: DynoWorld = {
    engine,
    realClock,
    platformClock: clock,
    random: Math.random,
    // an app's dynos cycle at times of their own, and at the same ones after each `up`
    seed: options.environment["DYNOSIM_SEED"] ?? app.state.instance,
    emit: tell,
    limits: limits.value.dyno,
    enforcement: { ...ENFORCEMENT, ...options.enforcement },
    logsRuntimeMetrics: () => app.hasFeature("log-runtime-metrics"),
    observe: (observation) => {
      advise(observation);
      onlookers.observe(observation);
    },
  };
  const formation = new Formation(app.label, app.era, world, () => app.hasFeature("preboot"));
  const oneOffs = new OneOffs(app, world);
  const hours = cleanup.use(new AppHours(app, formation, oneOffs, world));

  const pages = new PageUrlVars(() => app.state.configVars, options.onNotice);
  if (options.mode === "up") pages.read();
  let webUrl: string | undefined;
  let opening: Promise<Result<void, PlatformFailure>> = Promise.resolve(ok());
  if (options.mode === "up") {
    router = new Router({
      backends: kill.backends(new WebBackends(formation, realClock, Math.random, limits.value.bootWait)),
      clock: realClock,
      era: app.era,
      emit: tell,
      random: Math.random,
      limits: { ...limits.value.router, connections: connectionsFor(openFilesLimit()) },
      onTrouble: new RouterTroubles(options.onNotice, realClock).add,
      onBug: (error) =>
        options.onNotice(`dynosim bug: ${error instanceof Error ? error.stack : String(error)}`),
      forwardedProto: options.forwardedProto ?? "http",
      hasFeature: (feature) => app.hasFeature(feature),
      hosts: (hostname) => isHostOf(app, hostname) || isReachedAs(options.bind, hostname),
      isCustomDomain: (hostname) => isCustomDomainOf(app, hostname),
      inMaintenance: () => app.state.maintenance,
      pageUrls: pages.read,
      now: () => clock.now(),
      certificates: new LocalCertificates(options.environment, realClock, options.onNotice),
    });
    cleanup.defer(async () => router?.close());
    if (app.state.maintenance) options.onNotice(MAINTENANCE_NOTICE);
    const listening = await listen(router, options.port, options.bind);
    if (!listening.ok) return fail(listeningFailure("router", listening.failure));
    const reached = reachNotice(options.bind, listening.value);
    if (reached !== undefined) options.onNotice(reached);
    webUrl = `http://localhost:${listening.value}`;
    const swept = await sweep(engine, options.onNotice);
    if (!swept.ok) return swept;
    // not awaited: the source is read and the control API opened meanwhile; the deploy waits for it
    opening = engine.openApp(app.label, expectedDynos(app));
  }

  const owned = cleanup.move();
  return ok(
    new LocalPlatform({
      mode: options.mode,
      app,
      engine,
      world,
      clock,
      channel,
      formation,
      oneOffs,
      hours,
      outputs: new ReleaseOutputs(store.folder),
      onNotice: options.onNotice,
      router,
      webUrl,
      traffic,
      onlookers,
      opening,
      deployTools: {
        slugFor: slugCompiler({
          app,
          engine,
          clock: realClock,
          timeLimit: limits.value.build,
          random: Math.random,
          environment: options.environment,
          onNotice: options.onNotice,
          cache: join(store.folder, "buildpacks"),
          trees: new TreeFiles(store.folder),
          memory: new KnownFilesFile(store.folder),
          sent: new SentSourceFile(store.folder),
        }),
      },
      lookAtPages: pages.read,
      breathe: () => sleep(realClock, FIRST_WORDS),
      releasePhaseLimit: limits.value.releasePhase,
      writeSlug: (image, file) => writeSlugArchive(engine, image, file),
      engineChoice: choice.value,
      passedOver,
      clean: cleaner(app, engine, othersToClean(choice.value, engine, openings)),
      version,
      memory: async () => bytes(process.memoryUsage.rss()),
      close: () => owned[Symbol.asyncDispose](),
    }),
  );
}

function existingFolder(folder: string): string | undefined {
  try {
    const real = realpathSync(folder);
    return statSync(real).isDirectory() ? real : undefined;
  } catch {
    return undefined;
  }
}

async function sweep(
  engine: Engine,
  onNotice: (line: string) => void,
): Promise<Result<void, PlatformFailure>> {
  const swept = await engine.sweep(({ pid, started }) => isAlive(pid, started === "" ? undefined : started));
  if (!swept.ok) return swept;
  const { containers, networks } = swept.value;
  if (containers + networks > 0) {
    const found =
      engine.name === "process"
        ? counted(containers, "room of a dyno or build", "rooms of dynos or builds")
        : `${counted(containers, "container")}, ${counted(networks, "network")}`;
    onNotice(`Removed what a killed dynosim had left behind: ${found}.`);
  }
  return ok();
}

function counted(number: number, what: string, several: string = `${what}s`): string {
  return `${number} ${number === 1 ? what : several}`;
}

/** Whoever named an engine means that one only. */
function othersToClean(
  choice: EngineChoice,
  { name }: Engine,
  open: Openings<Engine & AsyncDisposable>,
): EnginesToClean {
  if (choice !== "auto") return [];
  const other = name === "process" ? "docker" : "process";
  return [{ name: other, open: open[other] }];
}

/** What the last release would start, which the next one mostly starts too. */
function expectedDynos(app: App): readonly ExpectedDyno[] {
  const image = app.history.current?.slug?.image;
  if (image === undefined) return [];
  const types = Object.keys(app.state.formation).filter((type) => app.state.formation[type]?.quantity);
  return types.map((type) => {
    const { memory: quota, cores } = app.sizeOf(type);
    return { image, quota, cores };
  });
}
