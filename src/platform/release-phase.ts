import { RELEASE } from "../heroku/names.ts";
import type { Clock } from "../kernel/clock.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { Millis } from "../kernel/units.ts";
import type { Channel } from "../logplex/channel.ts";
import { EVERYTHING } from "../logplex/filter.ts";
import type { Release } from "../release/release.ts";
import type { App } from "./app.ts";
import type { PlatformFailure } from "./failure.ts";
import type { OneOffs } from "./one-offs.ts";

export interface ReleasePhaseTools {
  readonly oneOffs: OneOffs;
  readonly channel: Channel;
  readonly realClock: Clock;
  readonly limit: Millis;
  readonly onLine: (line: string) => void;
}

/** Does this release have to pass its release command first? heroku.md 6.5 */
export function hasReleasePhase(release: Pick<Release, "slug">): boolean {
  return release.slug?.processTypes[RELEASE] !== undefined;
}

/** Runs the release command in a one-off dyno. A failed release stays out of force, the former one goes on. */
export async function runReleasePhase(
  app: App,
  pending: Release,
  tools: ReleasePhaseTools,
): Promise<Result<Release, PlatformFailure>> {
  tools.onLine("Running release command...");
  tools.onLine("");
  const started = tools.oneOffs.start(pending, {
    command: RELEASE,
    env: {},
    size: undefined,
    attach: undefined,
    type: RELEASE,
  });
  if (!started.ok) return started;
  const { dyno, oneOff, gone } = started.value;
  const limit = tools.realClock.after(tools.limit, () => dyno.stop());
  using _tail = tools.channel.tail({ ...EVERYTHING, source: "app", dyno: oneOff.name }, (line) =>
    tools.onLine(line.text),
  );
  const status = await oneOff.exit;
  limit.cancel();
  await gone;
  tools.onLine(`Waiting for release.... ${status === 0 ? "done." : "failed."}`);
  if (status !== 0) {
    app.settle(pending, "failed");
    return fail({ kind: "release-phase-failed", version: pending.version, status });
  }
  const release = app.settle(pending, "succeeded");
  app.tellRelease(release);
  return ok(release);
}
