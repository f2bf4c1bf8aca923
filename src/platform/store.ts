import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ERAS, type EraName } from "../heroku/eras.ts";
import type { AppName, InstanceId } from "../heroku/names.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { Instant } from "../kernel/units.ts";
import type { Stored } from "../formation/formation.ts";
import type { ConfigVars } from "../release/config-vars.ts";
import type { Release } from "../release/release.ts";
import type { PlatformFailure } from "./failure.ts";
import { writeWhole } from "./run-file.ts";

/** What survives a restart of dynosim: `.dynosim/state.json`. */
export interface State {
  readonly version: typeof STATE_VERSION;
  readonly instance: InstanceId;
  readonly name: AppName;
  readonly createdAt: Instant;
  readonly era: EraName;
  /** Dyno type of the app's process types, where another than the era's was asked for. */
  readonly dynoType: string | undefined;
  readonly formation: Stored;
  readonly configVars: ConfigVars;
  /** App features that are on; names that this dynosim does not know are kept for the one that does. */
  readonly features: readonly string[];
  readonly releases: readonly Release[];
  /** Python minor of the last successful build: the buildpack's cache sticks to it. buildpack-python.md 4.4 */
  readonly stickyPython: string | undefined;
}

export const STATE_VERSION = 1;

/** Its own ignore file, so that nothing of it is ever committed or built. */
const IGNORE = "# made by dynosim\n*\n";

/** The app's folder of state. Each save is whole or not at all. */
export class Store {
  readonly folder: string;
  readonly #file: string;

  constructor(appFolder: string) {
    this.folder = join(appFolder, ".dynosim");
    this.#file = join(this.folder, "state.json");
  }

  prepare(): Result<void, PlatformFailure> {
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeFileSync(join(this.folder, ".gitignore"), IGNORE);
      return ok();
    } catch (error) {
      return fail({ kind: "state-unwritable", folder: this.folder, reason: (error as Error).message });
    }
  }

  /**
   * undefined: there is none yet. One that cannot be used stays as it is: a newer dynosim may have written it, and to
   * begin anew beside it would lose the config vars and what the engine keeps for this app.
   */
  load(): Result<State | undefined, PlatformFailure> {
    let text: string;
    try {
      text = readFileSync(this.#file, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return ok(undefined);
      return fail({ kind: "state-damaged", file: this.#file, reason: (error as Error).message });
    }
    const state = decode(text);
    return typeof state === "string"
      ? fail({ kind: "state-damaged", file: this.#file, reason: state })
      : ok(state);
  }

  save(state: State): void {
    writeWhole(this.#file, `${JSON.stringify(state, undefined, 1)}\n`);
  }
}

/** What came after the first version, as it is for an app that was saved before. */
const ADDED: Pick<State, "features"> = { features: [] };

/** The state, or why it is none. */
function decode(text: string): State | string {
  let state: { readonly [K in keyof State]?: unknown };
  try {
    state = Object(JSON.parse(text)) as typeof state;
  } catch (error) {
    return (error as Error).message;
  }
  if (state.version !== STATE_VERSION)
    return `it is of version ${String(state.version)}, this dynosim writes ${STATE_VERSION}`;
  const whole =
    typeof state.instance === "string" &&
    typeof state.name === "string" &&
    typeof state.createdAt === "number" &&
    Object.hasOwn(ERAS, String(state.era)) &&
    isRecord(state.formation) &&
    isRecord(state.configVars) &&
    (state.features === undefined || Array.isArray(state.features)) &&
    Array.isArray(state.releases);
  return whole ? { ...ADDED, ...(state as State) } : "parts of it are missing";
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
