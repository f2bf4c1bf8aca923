import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Engine, Kept } from "../engine/engine.ts";
import type { EngineFailure } from "../engine/failure.ts";
import { ok, type Result } from "../kernel/result.ts";
import type { App } from "./app.ts";
import { explain } from "./explain.ts";
import type { PlatformFailure } from "./failure.ts";
import type { Cleaned, CleanOptions, CleanReport } from "./platform.ts";
import { isAlive } from "./run-file.ts";
import { Store, TESTING } from "./store.ts";

/** Of the state folder: what can be had anew. */
const REMOVABLE = ["up.log", "buildpacks", "submodules", join(TESTING, "buildpacks")];

/** Each engine that has something of dynosim's, or why it cannot be asked; disposed of after use. */
export type EnginesToClean = readonly {
  readonly name: "docker" | "process";
  readonly open: () => Promise<Result<Engine & AsyncDisposable, EngineFailure>>;
}[];

/**
 * Removes what is kept between runs and is not in use: slugs, caches, and with `everything` the rest; what of it `engine`
 * has, and what `others` have, which the app had when it ran in one of them.
 */
export function cleaner(
  app: App,
  engine: Engine,
  others: EnginesToClean,
): (options: CleanOptions) => Promise<Result<CleanReport, PlatformFailure>> {
  return async (options) => {
    const own = await cleanEngine(app, engine, options);
    if (!own.ok) return own;
    const cleaned = [...own.value.cleaned];
    const unseen: CleanReport["unseen"][number][] = [];
    let isInUse = own.value.isInUse;
    for (const { name, open } of others) {
      const opened = await open();
      await using _other = opened.ok ? opened.value : undefined;
      const more = opened.ok ? await cleanEngine(app, opened.value, options) : opened;
      if (more.ok) cleaned.push(...more.value.cleaned);
      else unseen.push({ engine: name, why: explain(more.failure).title });
      isInUse ||= more.ok && more.value.isInUse;
    }
    for (const name of isInUse ? [] : REMOVABLE.map((part) => join(app.folder, ".dynosim", part))) {
      if (!existsSync(name)) continue;
      if (!options.dryRun) rmSync(name, { recursive: true });
      cleaned.push({ kind: "file", name, size: undefined });
    }
    return ok({ cleaned, unseen });
  };
}

async function cleanEngine(
  app: App,
  engine: Engine,
  { everything, dryRun }: CleanOptions,
): Promise<Result<{ readonly cleaned: readonly Cleaned[]; readonly isInUse: boolean }, EngineFailure>> {
  const kept = await engine.kept();
  if (!kept.ok) return kept;
  const inUse = new Set(kept.value.filter((one) => isRunning(one)).map(({ instance }) => instance));
  const own = app.state.instance;
  const owns: readonly (string | undefined)[] = [own, testInstance(app.folder)];
  const going = kept.value.filter(
    ({ instance }) => (everything || owns.includes(instance)) && !inUse.has(instance),
  );
  if (!dryRun) {
    // The releases stay in the history; the slugs they started from are gone, so the next `up` builds anew.
    const discarded = await engine.discard(going);
    if (!discarded.ok) return discarded;
  }
  const cleaned = going.map(({ kind, name, size }): Cleaned => ({ kind, name, size }));
  return ok({ cleaned, isInUse: inUse.has(own) });
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
