import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { Switched } from "../heroku/era-switches.ts";
import type { EraName } from "../heroku/eras.ts";
import { appName, toAppName, type AppName, type InstanceId } from "../heroku/names.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { Instant } from "../kernel/units.ts";
import { patched, type ConfigVars } from "../release/config-vars.ts";
import { withDynoTypes } from "./dyno-types.ts";
import type { PlatformFailure } from "./failure.ts";
import { freshState } from "./fresh-state.ts";
import { STATE_VERSION, type State } from "./state.ts";

/** What this opening asks of the app; undefined keeps what is stored. */
export interface Asked {
  readonly name?: string | undefined;
  readonly era?: EraName | undefined;
  readonly dynoType?: string | undefined;
  /** Facts of the era to be set by themselves, or with `undefined` to be as the era has them again. */
  readonly switches?: Readonly<Record<string, boolean | undefined>> | undefined;
  /**
   * An app of its own beside the folder's, which begins anew each time: for tests. Its config vars are these, and
   * `.dynosim/testing` is its place.
   */
  readonly fresh?: { readonly configVars: ConfigVars } | undefined;
}

/** The stored state, what it lacks as in a new app, and what this opening asks for. */
export function initialState(
  folder: string,
  stored: Partial<State>,
  asked: Asked,
  now: Instant,
): Result<State, PlatformFailure> {
  const kept = keptOf(stored, asked);
  return kept.ok ? stateFor(folder, kept.value, asked, now) : kept;
}

function keptOf(stored: Partial<State>, { fresh }: Asked): Result<Partial<State>, PlatformFailure> {
  if (fresh === undefined) return ok(stored);
  const configVars = patched({}, fresh.configVars);
  return configVars.ok ? ok(freshState(stored, configVars.value)) : configVars;
}

function stateFor(
  folder: string,
  stored: Partial<State>,
  options: Asked,
  now: Instant,
): Result<State, PlatformFailure> {
  if (options.name !== undefined && appName(options.name) === undefined) {
    return fail({ kind: "bad-app-name", name: options.name, nearest: toAppName(options.name) });
  }
  const asked = options.name as AppName | undefined;
  const state: State = {
    version: STATE_VERSION,
    instance: randomUUID() as InstanceId,
    name: asked ?? nameFor(folder),
    createdAt: now,
    era: "now",
    dynoType: undefined,
    formation: {},
    configVars: {},
    features: [],
    releases: [],
    stickyPython: undefined,
    buildpacks: undefined,
    stackImages: undefined,
    spareSlugs: [],
    hours: undefined,
    maintenance: false,
    domains: [],
    movedTo: undefined,
    ...stored,
    ...(asked === undefined ? {} : { name: asked }),
    ...(options.era === undefined ? {} : { era: options.era }),
    switches: switchedWith(stored.switches ?? {}, options.switches ?? {}),
  };
  if (options.dynoType === undefined) return ok(state);
  const sized = withDynoTypes(state, options.dynoType);
  return sized.ok ? ok({ ...state, ...sized.value }) : sized;
}

/** What is asked for beside what was set before; what is to be as the era has it is no longer kept. */
function switchedWith(before: Switched, asked: NonNullable<Asked["switches"]>): Switched {
  const all = Object.entries({ ...before, ...asked });
  return Object.fromEntries(all.flatMap(([name, on]) => (on === undefined ? [] : [[name, on] as const])));
}

/** app.json's name, else the folder's, made valid. issue A 11 */
function nameFor(folder: string): AppName {
  try {
    const { name } = JSON.parse(readFileSync(resolve(folder, "app.json"), "utf8")) as { name?: unknown };
    if (typeof name === "string" && name !== "") return toAppName(name);
  } catch {
    // no app.json, or one that the build will complain of
  }
  return toAppName(basename(folder));
}
