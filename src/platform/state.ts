import type { ImagePair } from "../engine/stack-images.ts";
import type { Stored } from "../formation/formation.ts";
import { dynoTypeNamed } from "../heroku/dyno-types.ts";
import type { Switched } from "../heroku/era-switches.ts";
import { ERAS, type EraName } from "../heroku/eras.ts";
import { hostName, type HostName } from "../heroku/host-names.ts";
import { appName, processName, type AppName, type InstanceId } from "../heroku/names.ts";
import type { Instant, Millis } from "../kernel/units.ts";
import type { ConfigVars } from "../release/config-vars.ts";
import type { Release, ReleaseStatus } from "../release/release.ts";
import type { Slug } from "../release/slug.ts";

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
  /** Facts of the era that were set by themselves. */
  readonly switches: Switched;
  readonly releases: readonly Release[];
  /** Python minor of the last successful build: the buildpack's cache sticks to it. buildpack-python.md 4.4 */
  readonly stickyPython: string | undefined;
  /** References in order, set or pinned; undefined: never either; none: cleared. */
  readonly buildpacks: readonly string[] | undefined;
  /** Images to build and run on instead of ours. */
  readonly stackImages: ImagePair | undefined;
  /** Slugs of the app that stood here before a fresh start; one that fits spares a build. */
  readonly spareSlugs: readonly Slug[];
  /** undefined: none was used yet. */
  readonly hours: StoredHours | undefined;
  /** Each request is answered with the maintenance page; dynos run. heroku.md 3.10 */
  readonly maintenance: boolean;
  /** Names beside the app's own, as they were added. */
  readonly domains: readonly StoredDomain[];
  /** Time on the platform clock at the last save, while that is ahead of the machine's. */
  readonly movedTo: Instant | undefined;
}

/** Dyno hours used in one month. heroku.md 1.3 */
export interface StoredHours {
  /** Start of the month, UTC. */
  readonly month: Instant;
  readonly used: Millis;
  /** Where another pool than the dyno type's was set. */
  readonly pool: Millis | undefined;
}

/** A domain as it is kept. */
export interface StoredDomain {
  readonly id: string;
  readonly hostname: HostName;
  readonly createdAt: Instant;
}

export const STATE_VERSION = 1;

export type Reading =
  | { readonly kind: "whole"; readonly state: State }
  /** Written by a dynosim to come: nobody here can say what it holds. */
  | { readonly kind: "newer"; readonly version: number }
  | {
      readonly kind: "damaged";
      readonly reason: string;
      /** The parts that are sound, each by itself. */
      readonly sound: Partial<State>;
    };

type Part = keyof State;
type Check = (value: unknown) => boolean;

/** Parts that came after the first version, as they are for an app that was saved before. */
const ADDED: Pick<
  State,
  | "buildpacks"
  | "stackImages"
  | "features"
  | "spareSlugs"
  | "switches"
  | "hours"
  | "maintenance"
  | "domains"
  | "movedTo"
> = {
  buildpacks: undefined,
  stackImages: undefined,
  features: [],
  spareSlugs: [],
  switches: {},
  hours: undefined,
  maintenance: false,
  domains: [],
  movedTo: undefined,
};

/** In milliseconds; later than that a JavaScript Date has no year of four digits. */
const END_OF_TIME = Date.UTC(9999, 0);

/** What each part must look like. */
const CHECKS: { readonly [P in Part]: Check } = {
  version: (value) => value === STATE_VERSION,
  instance: isText,
  name: (value) => isText(value) && appName(value) !== undefined,
  createdAt: Number.isFinite,
  era: (value) => isText(value) && Object.hasOwn(ERAS, value),
  dynoType: optional((value) => isText(value) && dynoTypeNamed(value) !== undefined),
  formation: (value) => isRecord(value) && Object.entries(value).every(([type, one]) => isEntry(type, one)),
  configVars: isTexts,
  features: (value) => Array.isArray(value) && value.every(isText),
  switches: (value) => isRecord(value) && Object.values(value).every((on) => typeof on === "boolean"),
  releases: (value) => Array.isArray(value) && value.every(isRelease),
  stickyPython: optional(isText),
  buildpacks: optional((value) => Array.isArray(value) && value.every(isText)),
  stackImages: optional((value) => isRecord(value) && isText(value["build"]) && isText(value["run"])),
  spareSlugs: (value) => Array.isArray(value) && value.every(isSlug),
  hours: optional(isHours),
  maintenance: (value) => typeof value === "boolean",
  domains: (value) => Array.isArray(value) && value.every(isDomain),
  movedTo: optional((value) => Number.isFinite(value) && Number(value) >= 0 && Number(value) < END_OF_TIME),
};

/** All that a state is made of. */
export const PARTS: readonly Part[] = Object.keys(CHECKS) as readonly Part[];

/** The state that `text` holds, or as much of it as can be proven. */
export function readState(text: string): Reading {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return { kind: "damaged", reason: (error as Error).message, sound: {} };
  }
  if (!isRecord(parsed)) return { kind: "damaged", reason: "it holds no object", sound: {} };
  const value: Readonly<Record<string, unknown>> = { ...ADDED, ...parsed };
  const { version } = value;
  if (Number.isInteger(version) && Number(version) > STATE_VERSION)
    return { kind: "newer", version: Number(version) };
  const unsound = PARTS.filter((part) => !CHECKS[part](value[part]));
  if (unsound.length === 0) return { kind: "whole", state: value as unknown as State };
  const sound = PARTS.filter((part) => part !== "version" && !unsound.includes(part)).map((part) => [
    part,
    value[part],
  ]);
  return {
    kind: "damaged",
    reason: `not as dynosim writes it: ${unsound.join(", ")}`,
    sound: Object.fromEntries(sound) as Partial<State>,
  };
}

function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isText);
}

function isHours(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { month, used, pool = 0 } = value;
  return [month, used, pool].every((figure) => Number.isFinite(figure) && Number(figure) >= 0);
}

function isDomain(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { id, hostname, createdAt } = value;
  return isText(id) && isText(hostname) && hostName(hostname) === hostname && Number.isFinite(createdAt);
}

function isEntry(type: string, value: unknown): boolean {
  if (processName(type) === undefined || !isRecord(value)) return false;
  const { quantity, size } = value;
  return Number.isInteger(quantity) && Number(quantity) >= 0 && isText(size);
}

const STATUSES: readonly string[] = ["pending", "succeeded", "failed"] satisfies readonly ReleaseStatus[];

function isRelease(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { id, version, description, user, createdAt, status, slug, configVars, metadata } = value;
  return (
    [id, description, user].every(isText) &&
    Number.isInteger(version) &&
    Number.isFinite(createdAt) &&
    STATUSES.includes(String(status)) &&
    (slug === undefined || isSlug(slug)) &&
    isTexts(configVars) &&
    (metadata === undefined || (Array.isArray(metadata) && metadata.every(isText)))
  );
}

function isSlug(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { image, inputs, commit, config, pythonMinor, buildpacks, processTypes, size, checksum, base } =
    value;
  return (
    [image, inputs, pythonMinor, checksum].every(isText) &&
    (commit === undefined || isText(commit)) &&
    (base === undefined || isText(base)) &&
    (config === undefined || isBuildConfig(config)) &&
    Array.isArray(buildpacks) &&
    isTexts(processTypes) &&
    Number.isFinite(size)
  );
}

function isBuildConfig(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { read, sums } = value;
  return (read === "all" || (Array.isArray(read) && read.every(isText))) && isTexts(sums);
}
