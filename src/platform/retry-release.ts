import type { Engine } from "../engine/engine.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { Release } from "../release/release.ts";
import type { App } from "./app.ts";
import type { PlatformFailure } from "./failure.ts";
import { missingSlug } from "./missing-slug.ts";
import { hasReleasePhase } from "./release-phase.ts";

export interface RetryTools {
  readonly app: App;
  readonly engine: Pick<Engine, "name" | "hasImage">;
  readonly isUp: () => boolean;
  /** Begins when no other release is being made. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly runReleasePhase: (release: Release) => Promise<Result<Release, PlatformFailure>>;
  readonly roll: (release: Release) => void;
}

/** Copies a release into a new one and runs the release command again. Resolves before that has ended. heroku.md 9 */
export function retryRelease(
  version: number | undefined,
  { app, engine, isUp, inTurn, runReleasePhase, roll }: RetryTools,
): Promise<Result<Release, PlatformFailure>> {
  const created = Promise.withResolvers<Result<Release, PlatformFailure>>();
  const work = async (): Promise<void> => {
    const retried = retriable(app, version);
    if (!isUp()) return created.resolve(fail({ kind: "not-up", app: app.name }));
    if (!retried.ok) return created.resolve(retried);
    const { slug, description, version: former } = retried.value;
    const missing = await missingSlug(retried.value, engine);
    if (missing !== undefined) return created.resolve(fail(missing));
    const words = `Retry of v${former}: ${description}`;
    const release = app.release(words, slug, app.state.configVars, "pending");
    const running = runReleasePhase(release);
    created.resolve(ok(release));
    const ended = await running;
    if (ended.ok) roll(ended.value);
  };
  inTurn(work).catch(created.reject);
  return created.promise;
}

function retriable(app: App, version: number | undefined): Result<Release, PlatformFailure> {
  const { releases } = app.history;
  const release = version === undefined ? releases.at(-1) : releases.find((one) => one.version === version);
  if (release === undefined && version !== undefined)
    return fail({ kind: "unknown-release", version, newest: releases.at(-1)?.version ?? 0 });
  return release !== undefined && hasReleasePhase(release)
    ? ok(release)
    : fail({ kind: "no-release-phase", version: release?.version });
}
