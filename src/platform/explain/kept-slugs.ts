import { hours } from "../../kernel/units.ts";
import type { Explanation, PlatformFailure } from "../failure.ts";
import { KEPT_SLUGS } from "../kept-slugs.ts";

export function explainKeptSlugs(failure: Extract<PlatformFailure, { kind: "slug-not-kept" }>): Explanation {
  const { atLeast, atMost, youngerThan } = KEPT_SLUGS;
  return {
    title: `The slug of v${failure.version} is no longer kept.`,
    body: `dynosim keeps the last ${atMost} slugs of an app, and after ${youngerThan / hours(24)} days only the last ${atLeast}. The release that runs now still stands.`,
    next: "Check out the commit of that release and run dynosim up: it is built again. dynosim releases lists them.",
    exitCode: 1,
  };
}
