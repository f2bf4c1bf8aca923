import { nearest } from "../../kernel/nearest.ts";
import type { Explanation, PlatformFailure } from "../failure.ts";

export function explainFeature(failure: Extract<PlatformFailure, { kind: "unknown-feature" }>): Explanation {
  const near = nearest(failure.name, failure.known);
  return {
    title: "Couldn't find that app feature.",
    body: `There is no ${failure.name}.${near === undefined ? "" : ` Did you mean ${near}?`} There are ${failure.known.join(", ")}.`,
    next: "See them: dynosim features, dynosim labs",
    exitCode: 1,
  };
}
