import type { DynoPlan } from "../dyno/plan.ts";
import type { AppLabel } from "../engine/app-label.ts";
import type { DynoType } from "../heroku/dyno-types.ts";
import { RELEASE, WEB, type ProcessName } from "../heroku/names.ts";
import { dynoMetadata } from "../release/dyno-metadata.ts";
import type { Release } from "../release/release.ts";

/** The commands of a release's formation, by process type; the release phase's is none of them. */
export function commandsOf(release: Release | undefined): Readonly<Record<string, string>> {
  const types = release?.slug?.processTypes ?? {};
  return Object.fromEntries(Object.entries(types).filter(([type]) => type !== RELEASE));
}

/** What a dyno of this process type runs under this release; undefined where the release has no such type. */
export function planFor(
  label: AppLabel,
  release: Release | undefined,
  type: ProcessName,
  size: DynoType,
): DynoPlan | undefined {
  const command = commandsOf(release)[type];
  if (release?.slug === undefined || command === undefined) return undefined;
  return {
    label,
    image: release.slug.image,
    releaseVersion: release.version,
    command,
    configVars: release.configVars,
    metadata: dynoMetadata(label, release),
    type: size,
    web: type === WEB,
    attach: undefined,
  };
}
