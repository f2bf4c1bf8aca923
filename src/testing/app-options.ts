import type { EraName } from "../heroku/eras.ts";
import { ENGINE_CHOICES, type EngineChoice } from "../platform/choose-engine.ts";
import type { PlatformOptions } from "../platform/open-platform.ts";
import type { DeployOptions, SourceChoice } from "../platform/platform.ts";
import { REAL_TIME_LIMITS } from "../platform/real-time-limits.ts";
import { durationOf, type Duration } from "./tape.ts";

/** The app of a test. All but the folder has a default. */
export interface AppOptions {
  /** The app's own folder, with its Procfile. Nothing in it is changed but `.dynosim`. */
  readonly folder: string;
  /** Of the platform's timers (sleep, cycling, cool-off); `paused` moves only when the test moves it. Default: running. */
  readonly clock?: "running" | "paused";
  readonly era?: EraName;
  /**
   * `docker`: containers, or createDynosim rejects; `process`: processes of this machine, with fewer of a dyno's limits; `auto`:
   * containers where an engine for them answers. Default: what DYNOSIM_ENGINE says, else `auto`.
   */
  readonly engine?: EngineChoice;
  /** `standard-1x`, for all process types that are not named by `scale`. Default: the era's. */
  readonly dynoType?: string;
  /** Process types of which one dyno starts, or `all`. Default: what a new app gets, which is web, and what app.json says. */
  readonly formation?: readonly string[] | "all";
  /** The config vars that the app begins with, beside those of app.json. */
  readonly config?: Readonly<Record<string, string>>;
  /** What to build: tracked files, as `git push` would send them (default), all that are not ignored, or a commit. */
  readonly workingTree?: boolean;
  readonly ref?: string;
  /** What races the app's real work, made shorter than Heroku's: `{ boot: "5s", memorySample: "1s" }`. */
  readonly limits?: Partial<Readonly<Record<LimitName, Duration>>>;
  /** Name of the app. Default: app.json's, else the folder's. */
  readonly name?: string;
  /** `false`: the app is handed over once its release is in force, whatever becomes of its dynos. Default: true. */
  readonly waitUntilUp?: boolean;
  /** Is told each line as it comes: build, notices, log. */
  readonly output?: (line: string) => void;
}

export type LimitName = keyof typeof REAL_TIME_LIMITS;

export function platformOptions(options: AppOptions): Omit<PlatformOptions, "onNotice" | "onEvent"> {
  return {
    folder: options.folder,
    mode: "up",
    port: 0,
    clock: options.clock,
    era: options.era,
    engine: engineOf(options),
    dynoType: options.dynoType,
    name: options.name,
    fresh: { configVars: options.config ?? {} },
    environment: { ...process.env, ...limitVariables(options.limits ?? {}) },
  };
}

export function deployOptions(options: AppOptions): Omit<DeployOptions, "onLine"> {
  return {
    source: sourceOf(options),
    strict: false,
    extraEnv: {},
    slugFile: undefined,
    formation: options.formation ?? "stored",
    signal: undefined,
  };
}

/** JavaScript has no types that would refuse it. */
function engineOf({ engine }: AppOptions): EngineChoice | undefined {
  if (engine === undefined || ENGINE_CHOICES.includes(engine)) return engine;
  throw new TypeError(`engine is ${ENGINE_CHOICES.join(", ")}, not ${engine}.`);
}

function sourceOf({ ref, workingTree = false }: AppOptions): SourceChoice {
  if (ref !== undefined && workingTree)
    throw new TypeError("ref and workingTree exclude each other: a commit has no files that are not in it.");
  if (ref !== undefined) return { kind: "ref", ref };
  return { kind: workingTree ? "working-tree" : "tracked" };
}

function limitVariables(limits: NonNullable<AppOptions["limits"]>): Readonly<Record<string, string>> {
  const given = Object.entries(limits) as [LimitName, Duration | undefined][];
  return Object.fromEntries(
    given.flatMap(([name, limit]) =>
      limit === undefined ? [] : [[REAL_TIME_LIMITS[name].variable, String(durationOf(limit))]],
    ),
  );
}
