import { explain } from "../platform/explain.ts";
import type { Deployed, Platform } from "../platform/platform.ts";
import { deployOptions } from "./hosting.ts";
import { writeExplanation } from "./render/explanation.ts";
import type { UpOptions } from "./up-options.ts";
import { tell, type World } from "./world.ts";

/** Names of changed files that are shown. */
const SHOWN = 3;

/** `up --watch`: from now on each change of the source is deployed, and told as the first deploy was. */
export function watchAndTell(
  world: World,
  platform: Platform,
  options: UpOptions,
  first: Deployed,
): AsyncDisposable {
  let known = new Set(first.notices);
  const watching = platform.watch({ ...deployOptions(world, options), signal: undefined }, first, {
    changed: (paths) => tell(world, changedLine(paths)),
    deployed: ({ notices }) => {
      for (const notice of notices) if (!known.has(notice)) tell(world, notice);
      known = new Set(notices);
    },
    failed: (failure) => {
      writeExplanation(world, explain(failure));
      const { version } = platform.releases().findLast(({ status }) => status === "succeeded") ?? {};
      tell(world, `v${version ?? "?"} goes on serving. Waiting for the next change.`);
    },
    degraded: (reason) =>
      tell(world, `Not told of each change by the system (${reason}): looking every two seconds.`),
  });
  void watching.begun.then(() =>
    tell(world, "Watching for changes; each is built and released while the former release serves."),
  );
  return watching;
}

function changedLine(paths: readonly string[]): string {
  const names = paths.slice(0, SHOWN).join(", ");
  const more = paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : "";
  return paths.length === 0 ? "The source has changed: building." : `${names}${more} changed: building.`;
}
