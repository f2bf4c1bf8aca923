import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Engine, Kept } from "../engine/engine.ts";
import { ok, type Result } from "../kernel/result.ts";
import type { App } from "./app.ts";
import type { PlatformFailure } from "./failure.ts";
import type { Cleaned, CleanOptions } from "./platform.ts";
import { isAlive } from "./run-file.ts";
import { Store, TESTING } from "./store.ts";

/** Of the state folder: what can be had anew. */
const REMOVABLE = ["up.log", "buildpacks", "submodules", join(TESTING, "buildpacks")];

/** Removes what is kept between runs and is not in use: release images, caches, and with `everything` the rest. */
export function cleaner(
  app: App,
  engine: Engine,
): (options: CleanOptions) => Promise<Result<readonly Cleaned[], PlatformFailure>> {
  return async ({ everything, dryRun }) => {
    const kept = await engine.kept();
    if (!kept.ok) return kept;
    const inUse = new Set(kept.value.filter((one) => isRunning(one)).map(({ instance }) => instance));
    const own = app.state.instance;
    const owns: readonly (string | undefined)[] = [own, testInstance(app.folder)];
    const going = kept.value.filter(
      ({ instance }) => (everything || owns.includes(instance)) && !inUse.has(instance),
    );
    if (!dryRun) {
      const discarded = await engine.discard(going);
      if (!discarded.ok) return discarded;
      // The releases stay in the history; the images they started from are gone, so the next `up` builds anew.
    }
    const cleaned: Cleaned[] = going.map(({ kind, name, size }) => ({ kind, name, size }));
    for (const name of inUse.has(own) ? [] : REMOVABLE.map((part) => join(app.folder, ".dynosim", part))) {
      if (!existsSync(name)) continue;
      if (!dryRun) rmSync(name, { recursive: true });
      cleaned.push({ kind: "file", name, size: undefined });
    }
    return ok(cleaned);
  };
}

/** This very process counts: an app that is up is asked to clean, too. */
function isRunning({ owner }: Kept): boolean {
  return owner !== undefined && isAlive(owner.pid, owner.started || undefined);
}

/** Tests of this folder have an app of their own in the engine. */
function testInstance(folder: string): string | undefined {
  const loaded = new Store(folder, TESTING).load();
  return loaded.ok ? loaded.value.state.instance : undefined;
}
