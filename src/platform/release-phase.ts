import type { OneOffSpec } from "../dyno/one-off.ts";
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
import type { ReleaseOutputs } from "./release-output.ts";

/** What it takes to run a command of the app and to wait for its end. */
export interface CommandTools {
  readonly oneOffs: OneOffs;
  readonly channel: Channel;
  readonly realClock: Clock;
  readonly limit: Millis;
}

export interface ReleasePhaseTools extends CommandTools {
  readonly outputs: ReleaseOutputs;
  readonly onLine: (line: string) => void;
}

/** Does this release have to pass its release command first? heroku.md 6.5 */
export function hasReleasePhase(release: Pick<Release, "slug">): boolean {
  return release.slug?.processTypes[RELEASE] !== undefined;
}

/** Offline there are no dynos, and none is started for this. */
export function notRun({ version }: Release): string {
  return `The release command of v${version} has not run: the app is not up. When it is: dynosim releases:retry`;
}

/** Runs the release command in a one-off dyno. A failed release stays out of force, the former one goes on. */
export async function runReleasePhase(
  app: App,
  pending: Release,
  tools: ReleasePhaseTools,
): Promise<Result<Release, PlatformFailure>> {
  tools.onLine("Running release command...");
  tools.onLine("");
  using output = tools.outputs.open(pending);
  const ended = await runCommand(
    pending,
    { command: RELEASE, type: RELEASE, size: app.sizeOf(RELEASE).name },
    tools,
    (line) => {
      output.line(line);
      tools.onLine(line);
    },
  );
  const good = ended.ok && ended.value.status === 0 && ended.value.stopped === undefined;
  const release = app.settle(pending, good ? "succeeded" : "failed");
  if (!ended.ok) return ended;
  tools.onLine(`Waiting for release.... ${good ? "done." : "failed."}`);
  const { status, stopped } = ended.value;
  const { version } = pending;
  if (stopped !== undefined) return fail({ kind: "release-phase-stopped", version, why: stopped });
  if (status !== 0) return fail({ kind: "release-phase-failed", version, status });
  app.tellRelease(release);
  return ok(release);
}

interface Ended {
  readonly status: number;
  /** It did not end by itself: a command that ends with 0 when it is told to stop has not done its work. */
  readonly stopped: "time-limit" | "asked" | undefined;
}

/** Resolves when nothing is left of the dyno. It has no terminal, and nobody to answer what it asks. */
export async function runCommand(
  release: Release,
  what: Pick<OneOffSpec, "command" | "type" | "size">,
  { oneOffs, channel, realClock, limit }: CommandTools,
  onLine: (line: string) => void,
): Promise<Result<Ended, PlatformFailure>> {
  const started = oneOffs.start(release, { ...what, env: {}, attach: undefined });
  if (!started.ok) return started;
  const { dyno, oneOff, gone } = started.value;
  let isTimeOver = false;
  const timer = realClock.after(limit, () => {
    isTimeOver = true;
    dyno.stop();
  });
  using _tail = channel.tail({ ...EVERYTHING, source: "app", dyno: oneOff.name }, ({ text }) => onLine(text));
  const status = await oneOff.exit;
  timer.cancel();
  await gone;
  const stopped = isTimeOver ? "time-limit" : started.value.wasStopped ? "asked" : undefined;
  return ok({ status, stopped });
}
