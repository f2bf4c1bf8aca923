import type { DynoPlan } from "../dyno/plan.ts";
import type { AppLabel } from "../engine/app-label.ts";
import type { DynoType } from "../heroku/dyno-types.ts";
import { RELEASE, WEB, type ProcessName } from "../heroku/names.ts";
import { dynoMetadata } from "../release/dyno-metadata.ts";
import type { Release } from "../release/release.ts";

/**
 * The commands of a release's formation, by process type. That of the release phase has its place there, always at 0: its
 * dyno type is what can be changed of it (`Scaled to release@0:Standard-2X web@5:Performance-M` stands in logs).
 */
export function commandsOf(release: Release | undefined): Readonly<Record<string, string>> {
  return release?.slug?.processTypes ?? {};
}

/** What a dyno of this process type runs under this release; undefined where the release has no such type, and for the release phase. */
export function planFor(
  label: AppLabel,
  release: Release | undefined,
  type: ProcessName,
  size: DynoType,
): DynoPlan | undefined {
  const command = commandsOf(release)[type];
  if (release?.slug === undefined || command === undefined || type === RELEASE) return undefined;
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
