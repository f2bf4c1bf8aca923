import type { Conversation } from "../dyno/conversation.ts";
import type { Enforcement } from "../dyno/enforcement.ts";
import type { EngineFacts, Kept } from "../engine/engine.ts";
import type { ExecSpec } from "../engine/launched.ts";
import type { ImagePair, StackImages } from "../engine/stack-images.ts";
import type { AppName, DynoName, InstanceId, ProcessName } from "../heroku/names.ts";
import type { Switched } from "../heroku/era-switches.ts";
import type { LogLine } from "../heroku/log-line.ts";
import type { DynoType } from "../heroku/dyno-types.ts";
import type { Result } from "../kernel/result.ts";
import type { Bytes, Instant, Millis } from "../kernel/units.ts";
import type { TailLine } from "../logplex/channel.ts";
import type { LogFilter } from "../logplex/filter.ts";
import type { SourceChoice } from "../manifest/app-source.ts";
import type { ConfigVars, ConfigVarsPatch } from "../release/config-vars.ts";
import type { Release } from "../release/release.ts";
import type { OneOff, OneOffSpec } from "../dyno/one-off.ts";
import type { BuildReport } from "../slug/build-report.ts";
import type { BuildpackFacts } from "./app-buildpacks.ts";
import type { HoursChange, HoursFacts } from "./app-hours.ts";
import type { EngineChoice } from "./choose-engine.ts";
import type { ClockFacts, DueFacts } from "./clock-control.ts";
import type { DomainFacts } from "./domains.ts";
import type { PlatformFailure } from "./failure.ts";
import type { SleepToRehearse } from "./rehearse/rehearse-sleep.ts";
import type { SleepRehearsal } from "./rehearse/sleep-rehearsal.ts";
import type { FeatureFacts } from "./features.ts";
import type { RequestFacts, RequestWatcher } from "./traffic/traffic.ts";

/** The surfaces above need nothing but this folder. */
export type { Conversation } from "../dyno/conversation.ts";
export type { EngineFacts } from "../engine/engine.ts";
export type { LimitFact } from "../engine/limit-fact.ts";
export type { EngineChoice } from "./choose-engine.ts";
export type { Attach, ExecSpec, OutputChunk } from "../engine/launched.ts";
export type { ImagePair, MissingProgram, StackImage, StackImages } from "../engine/stack-images.ts";
export type { Enforcement } from "../dyno/enforcement.ts";
export type { OneOff, OneOffSpec } from "../dyno/one-off.ts";
export type { BuildpackFacts } from "./app-buildpacks.ts";
export type { HoursChange, HoursFacts } from "./app-hours.ts";
export type { ClockFacts, DueFacts } from "./clock-control.ts";
export type { DomainFacts } from "./domains.ts";
export type { TailLine } from "../logplex/channel.ts";
export type { LogFilter } from "../logplex/filter.ts";
export type { SourceChoice } from "../manifest/app-source.ts";
export type { SleepToRehearse } from "./rehearse/rehearse-sleep.ts";
export type { SleepRehearsal } from "./rehearse/sleep-rehearsal.ts";
export type { Release } from "../release/release.ts";
export type { FeatureFacts } from "./features.ts";
export type { RequestUnderWay } from "../router/under-way.ts";
export type { Percentiles } from "./traffic/percentiles.ts";
export type { RequestFacts, RequestFigures, RequestWatcher } from "./traffic/traffic.ts";

/** One app on this machine: the facade that API, CLI and tests use. There is no second road. */
export interface Platform extends AsyncDisposable {
  app(): AppFacts;
  dynos(): readonly DynoFacts[];
  formation(): readonly FormationEntry[];
  scale(updates: readonly FormationUpdate[]): Promise<Result<readonly FormationEntry[], PlatformFailure>>;
  /** Resolves when the stops and starts have begun, as Heroku's API answers 202. */
  restart(target: DynoTarget): Promise<Result<void, PlatformFailure>>;
  stop(target: DynoTarget): Promise<Result<void, PlatformFailure>>;

  configVars(): ConfigVars;
  /** One release for all of them; the release phase has run when this resolves. */
  setConfigVars(patch: ConfigVarsPatch): Promise<Result<ConfigVars, PlatformFailure>>;

  /** All app features there are, with whether they are on. */
  features(): readonly FeatureFacts[];
  setFeature(name: string, enabled: boolean): Result<FeatureFacts, PlatformFailure>;

  /** On: each request gets the maintenance page (H80), and the dynos go on running. */
  setMaintenance(on: boolean): void;

  /** The app's own first, then those that were added. */
  domains(): readonly DomainFacts[];
  addDomain(hostname: string): Result<DomainFacts, PlatformFailure>;
  /** By name or id. */
  removeDomain(hostname: string): Result<DomainFacts, PlatformFailure>;

  /** In order, set by the user or pinned by the first successful build; none: the next build detects. */
  buildpacks(): readonly BuildpackFacts[];
  /** Instead of those before, for the next build; none: it detects. */
  setBuildpacks(references: readonly string[]): Result<readonly BuildpackFacts[], PlatformFailure>;
  /** Images for the next builds; undefined: ours again. */
  setStackImages(images: ImagePair | undefined): void;

  releases(): readonly Release[];
  /** Config vars that took part in the build of this release's slug, and now have another value. */
  changedSinceBuild(release: Release): readonly string[];
  /** undefined: the release before the current one. */
  rollback(version: number | undefined): Promise<Result<Release, PlatformFailure>>;

  /** What the release command wrote, and writes; ends when the command does. undefined: the release had none. */
  releaseOutput(release: Release): AsyncIterable<string> | undefined;
  /**
   * Makes a release of the slug of `version` (undefined: the newest release's) with the present config vars, and runs
   * its release command. Resolves when the release is there; whether it succeeds shows in its status.
   */
  retryRelease(version: number | undefined): Promise<Result<Release, PlatformFailure>>;

  /** Compiles (unless nothing changed), releases, runs the release phase, rolls the dynos. */
  deploy(options: DeployOptions): Promise<Result<Deployed, PlatformFailure>>;
  /** Deploys anew whenever the source is no longer the one of `deployed`, until it is disposed of; one deploy at a time. */
  watch(options: DeployOptions, deployed: Pick<Deployed, "treeHash">, events: WatchEvents): Watching;
  /** Compiles only. */
  build(options: BuildOptions): Promise<Result<Built, PlatformFailure>>;

  run(spec: OneOffSpec): Promise<Result<OneOff, PlatformFailure>>;
  /** Another process in a dyno that is up. */
  exec(dyno: string, spec: ExecSpec): Promise<Result<Conversation, PlatformFailure>>;

  idle(): Promise<Result<void, PlatformFailure>>;
  wake(): Promise<Result<void, PlatformFailure>>;
  /** Dyno hours of this month. heroku.md 1.3 */
  hours(): HoursFacts;
  /** Ours, to try things out: other figures from now on. undefined keeps one. */
  setHours(change: HoursChange): HoursFacts;
  /** Sends the running app to sleep under a small load and wakes it; resolves with what was seen. */
  rehearseSleep(asked: SleepToRehearse): Promise<Result<SleepRehearsal, PlatformFailure>>;
  clock(): ClockFacts;
  /** Resolves when the clock is there and everything that fell due has settled. `given` aborted: it stays where it got to. */
  advanceClock(duration: Millis, given?: AbortSignal): Promise<Result<ClockFacts, PlatformFailure>>;
  /** Moves to what is due next, and lets that alone happen. */
  advanceClockToNext(
    given?: AbortSignal,
  ): Promise<Result<ClockFacts & { readonly fired: DueFacts }, PlatformFailure>>;
  /** Platform time stands still while real time goes on; nothing falls due but by `advanceClock`. */
  pauseClock(): Result<ClockFacts, PlatformFailure>;
  /** Goes on from the time that it shows. */
  resumeClock(): Result<ClockFacts, PlatformFailure>;

  recentLogs(filter: LogFilter, count: number): readonly LogLine[];
  /**
   * Calls `line` for each further line until the result is disposed: a moment later where there are many, or `atOnce`.
   */
  tailLogs(filter: LogFilter, line: TailLine, atOnce?: boolean): Disposable;

  /** What the router serves and has served. */
  requests(): RequestFacts;
  /** Tells of each request as it ends, and of slow ones before, until the result is disposed. */
  watchRequests(watcher: RequestWatcher): Disposable;

  /** Every dyno of the formation is up (or idle). */
  ready(): boolean;
  /** Web requests under way, websockets included. */
  readonly requestsUnderWay: number;
  /** Resolves when no dyno starts, stops or waits for its boot any more; one that cools off waits for nobody. */
  settled(): Promise<void>;
  /** Resident memory of dynosim itself. */
  memory(): Promise<Bytes>;
  /** What dynos live in; `engineFacts` asks the engine, which takes a moment. */
  readonly runsIn: "containers" | "processes";
  engineFacts(): Promise<Result<EngineReport, PlatformFailure>>;
  /** The stack images of this machine; they belong to no app. */
  readonly stack: StackImages;
  /** Removes what is kept between runs and is not in use. Gives what went, or with `dryRun` what would go. */
  clean(options: CleanOptions): Promise<Result<CleanReport, PlatformFailure>>;

  /** Asks the hosting process to end: `down`. */
  requestDown(): void;
  /** Resolves once somebody has called `requestDown`. */
  readonly downRequested: Promise<void>;
  /** For the second Ctrl-C: SIGKILL to all that still runs, and their names. Disposal then ends at once. */
  killNow(): Promise<readonly DynoName[]>;
}

/** The engine, and how it came to be this one. */
export interface EngineReport extends EngineFacts {
  readonly choice: EngineChoice;
  /** Why no engine for containers was taken, in a line, where one would have been. */
  readonly passedOver: string | undefined;
}

export interface CleanOptions {
  /** Every app of this machine that is not up, and the stack images; else this app only. */
  readonly everything: boolean;
  readonly dryRun: boolean;
}

export interface CleanReport {
  readonly cleaned: readonly Cleaned[];
  /** Engines that could not be looked at, each with why; things of theirs may still be there. */
  readonly unseen: readonly { readonly engine: "docker" | "process"; readonly why: string }[];
}

export interface Cleaned {
  readonly kind: Kept["kind"] | "file";
  readonly name: string;
  /** undefined: not known. */
  readonly size: Bytes | undefined;
}

export interface AppFacts {
  readonly instance: InstanceId;
  readonly name: AppName;
  readonly folder: string;
  readonly createdAt: Instant;
  readonly owner: string;
  readonly era: string;
  /** Facts of the era that were set by themselves, by the names in `heroku/era-switches.ts`. */
  readonly switches: Switched;
  readonly stack: string;
  /** Router URL while `up` runs. */
  readonly webUrl: string | undefined;
  readonly controlUrl: string | undefined;
  readonly slugSize: number | undefined;
  /** Tier of the app's dynos, in the API's words; `eco` and `free` have a pool of hours. heroku-cli.md 2 */
  readonly processTier: string;
  readonly maintenance: boolean;
  readonly enforcement: Enforcement;
  readonly dynosimVersion: string;
  readonly pid: number;
}

export interface DynoFacts {
  /** UUID of this life of the dyno. */
  readonly id: string;
  readonly name: DynoName;
  readonly type: ProcessName;
  readonly size: DynoType;
  readonly command: string;
  /** Heroku's words, and `lost` for a dyno that waits for the engine to come back. */
  readonly state: "starting" | "up" | "idle" | "crashed" | "down" | "lost";
  readonly since: Instant;
  readonly releaseVersion: number;
}

export interface FormationEntry {
  readonly type: ProcessName;
  readonly command: string;
  readonly quantity: number;
  readonly size: DynoType;
}

export interface FormationUpdate {
  readonly type: string;
  /** `2`, `+1`, `-1`; undefined keeps it. */
  readonly quantity: string | undefined;
  readonly size: string | undefined;
}

export type DynoTarget =
  | { readonly kind: "all" }
  | { readonly kind: "type"; readonly type: string }
  | { readonly kind: "dyno"; readonly dyno: string };

export interface BuildOptions {
  readonly source: SourceChoice;
  /** Every substitution (of a Python version, say) is an error. */
  readonly strict: boolean;
  /** Nothing is fetched: what is not cached is missing, and named. */
  readonly offline?: boolean;
  /** Config vars of this build only. */
  readonly extraEnv: Readonly<Record<string, string>>;
  /** For this build only, instead of the app's own; undefined: those. */
  readonly buildpacks?: readonly string[] | undefined;
  readonly images?: ImagePair | "own" | undefined;
  /** Where to write the slug archive (tar.gz), if anywhere. */
  readonly slugFile: string | undefined;
  /** False: nobody will run the slug, so no image is made of it. */
  readonly isKept?: boolean;
  /** Build output, Heroku's lines, as they come (without line end). */
  readonly onLine: (line: string) => void;
  /** Resolves when there is room for more of it: until then the build is held back. */
  readonly drained?: () => Promise<void>;
  readonly signal: AbortSignal | undefined;
}

export interface DeployOptions extends BuildOptions {
  /** What should run: process type to quantity. `undefined`: as stored, first time web=1. */
  readonly formation: "stored" | "all" | readonly string[];
}

export interface Built {
  /** False when inputs were unchanged and the former slug stands. */
  readonly compiled: boolean;
  readonly slugSize: number;
  readonly notices: readonly string[];
  /** What each buildpack's `bin/report` said of this build, by its name; none where nothing was built. */
  readonly buildpackReports: Readonly<Record<string, BuildReport>>;
}

export interface Deployed extends Built {
  readonly release: Release;
  /** Of the source: equal for equal trees. */
  readonly treeHash: string;
}

export interface Watching extends AsyncDisposable {
  /** Resolves when no further change is missed. */
  readonly begun: Promise<void>;
}

/** What `watch` tells. */
export interface WatchEvents {
  /** A build begins. Files of the source that have been written to, as far as that is known. */
  readonly changed: (paths: readonly string[]) => void;
  readonly deployed: (deployed: Deployed) => void;
  /** The former release goes on serving. */
  readonly failed: (failure: PlatformFailure) => void;
  /** The system does not tell of each change: it is looked for every two seconds. */
  readonly degraded: (reason: string) => void;
}
