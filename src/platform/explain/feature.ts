import { nearest } from "../../kernel/nearest.ts";
import type { Explanation, PlatformFailure } from "../failure.ts";

type FeatureKind = "unknown-feature" | "preboot-unavailable";

export function explainFeature(failure: Extract<PlatformFailure, { kind: FeatureKind }>): Explanation {
  if (failure.kind === "preboot-unavailable") {
    return {
      title: `Preboot is not available to ${failure.size} dynos.`,
      body: "It takes an app whose web dynos are of type standard or performance.",
      next: "Give it larger ones first: dynosim ps:type web=standard-1x",
      exitCode: 1,
    };
  }
  const near = nearest(failure.name, failure.known);
  return {
    title: "Couldn't find that app feature.",
    body: `There is no ${failure.name}.${near === undefined ? "" : ` Did you mean ${near}?`} There are ${failure.known.join(", ")}.`,
    next: "See them: dynosim features, dynosim labs",
    exitCode: 1,
  };
}
