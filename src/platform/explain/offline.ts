import type { SlugFailure } from "../../slug/failure.ts";
import type { Explanation } from "../failure.ts";

/** Named of what is missing. */
const SHOWN = 10;

export function explainOffline({
  what,
  discarded = [],
}: Extract<SlugFailure, { kind: "offline-missing" }>): Explanation {
  const [only = "something"] = what;
  const more = what.length > SHOWN ? [`  and ${what.length - SHOWN} more`] : [];
  return {
    title:
      what.length === 1
        ? `The offline build lacks ${only}.`
        : `The offline build lacks ${what.length} things that are not cached.`,
    body: [
      ...(what.length === 1 ? [] : [...what.slice(0, SHOWN).map((one) => `  ${one}`), ...more]),
      ...(discarded.length === 0 ? [] : [`The cache cannot be used: ${discarded.join("; ")}.`]),
      "Only what former builds of this app have fetched is at hand. Nothing has been released; what ran before still stands.",
    ].join("\n"),
    next: "Build once with a network (the same command without --offline); builds after that have what it fetched.",
    exitCode: 4,
  };
}
