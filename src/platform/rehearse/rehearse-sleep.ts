import type { DynoObservation } from "../../dyno/world.ts";
import type { Formation } from "../../formation/formation.ts";
import type { EraName } from "../../heroku/eras.ts";
import type { PlatformEvent } from "../../heroku/events.ts";
import { WEB, type DynoName } from "../../heroku/names.ts";
import { sleep, type Clock } from "../../kernel/clock.ts";
import { fail, ok, type Result } from "../../kernel/result.ts";
import { millis, type Millis } from "../../kernel/units.ts";
import type { PlatformFailure } from "../failure.ts";
import type { Onlookers } from "../onlookers.ts";
import {
  answered,
  summed,
  type RehearsedStop,
  type SleepRehearsal,
  type Trouble,
} from "./sleep-rehearsal.ts";
import type { Visit, Visitor } from "./visit.ts";

export interface SleepToRehearse {
  /** Requests that wake the app, all at once. */
  readonly requests: number;
  /** What they ask for: `/`. */
  readonly path: string;
}

export interface RehearsalTools {
  readonly formation: Formation;
  readonly onlookers: Onlookers;
  readonly visit: Visitor;
  /** What visits take is real time. */
  readonly clock: Clock;
  readonly era: EraName;
}

/** The small load: so many visitors, each with one request after the other, and so many requests in all. */
const VISITORS = 2;
const VISITS = 10;
const LOAD_LASTS: Millis = millis(1000);
/** A request that has no answer by then is with the app, and in flight when SIGTERM comes. */
const IN_FLIGHT_AFTER: Millis = millis(200);

/** Idles the running app under a small load, wakes it by parallel requests, and tells what it saw. issue B 5 */
export async function rehearseSleep(
  asked: SleepToRehearse,
  tools: RehearsalTools,
): Promise<Result<SleepRehearsal, PlatformFailure>> {
  const { formation, onlookers, visit, era } = tools;
  const fit = canSleep(formation);
  if (!fit.ok) return fit;
  // the first one wakes it, should it be asleep
  const first = await visit(asked.path);
  if (first.lost !== undefined) return fail({ kind: "rehearsal-not-serving", code: first.lost });
  await formation.until(() => formation.settled);

  const load = smallLoad(asked.path, tools);
  await load.sent;
  const witness = new Witness();
  using _ = onlookers.join(witness);
  const sleepers = goToSleep(formation);
  if (sleepers.length === 0) return fail({ kind: "rehearsal-not-serving", code: "H10" });
  const [stops, before] = await Promise.all([witness.stopsOf(sleepers), load.answered]);

  const wokenByOthers = witness.hasSeenWaking;
  const visits = await Promise.all(Array.from({ length: asked.requests }, () => visit(asked.path)));
  const wake = summed(visits);
  return ok({
    era,
    path: asked.path,
    before: summed([first, ...before]),
    stops,
    wake,
    wokenByOthers,
    trouble: witness.trouble,
    isBack: answered(wake) > 0,
    stuck: formation.stuckAsleep,
  });
}

function canSleep(formation: Formation): Result<void, PlatformFailure> {
  const stuck = formation.stuckAsleep;
  if (stuck !== undefined) return fail({ kind: "stuck-asleep", dyno: stuck });
  const [web] = formation.webDynos();
  if (web === undefined) return fail({ kind: "rehearsal-not-serving", code: "H14" });
  return web.plan.type.sleeps ? ok() : fail({ kind: "does-not-sleep", size: web.plan.type.label });
}

interface Load {
  /** From now on no request comes any more, and those without an answer are with the app. */
  readonly sent: Promise<void>;
  readonly answered: Promise<readonly Visit[]>;
}

function smallLoad(path: string, { visit, clock }: RehearsalTools): Load {
  const visits: Visit[] = [];
  let toSend = VISITS;
  const visitor = async (): Promise<void> => {
    while (toSend > 0) {
      toSend -= 1;
      visits.push(await visit(path));
    }
  };
  const answered = Promise.all(Array.from({ length: VISITORS }, visitor)).then(() => visits);
  const sent = async (): Promise<void> => {
    await Promise.race([answered, sleep(clock, LOAD_LASTS)]);
    // one that came after `Idling` would wake the app
    toSend = 0;
    await Promise.race([answered, sleep(clock, IN_FLIGHT_AFTER)]);
  };
  return { sent: sent(), answered };
}

function goToSleep(formation: Formation): readonly DynoName[] {
  formation.idle();
  return formation
    .dynos()
    .filter(({ phase, settled }) => phase.kind === "idle" && !settled)
    .map(({ name }) => name);
}

/** Hears of the stops, of who wakes, and of what goes wrong with the web dynos after that. */
class Witness {
  readonly trouble: Trouble[] = [];
  hasSeenWaking = false;
  readonly #stops = new Map<DynoName, Omit<RehearsedStop, "files">>();
  readonly #done = new Map<DynoName, RehearsedStop>();
  #changed: () => void = () => {};

  /** Resolves when nothing is left of all of these. */
  async stopsOf(dynos: readonly DynoName[]): Promise<readonly RehearsedStop[]> {
    while (!dynos.every((dyno) => this.#done.has(dyno)))
      await new Promise<void>((resolve) => (this.#changed = resolve));
    return dynos.flatMap((dyno) => this.#done.get(dyno) ?? []);
  }

  readonly onObservation = (observation: DynoObservation): void => {
    if (observation.kind === "stopped" && observation.toIdle) {
      const { dyno, report } = observation;
      this.#stops.set(dyno, { dyno, ...report });
    } else if (observation.kind === "lost-files") {
      const stop = this.#stops.get(observation.dyno);
      if (stop === undefined || this.#done.has(stop.dyno)) return;
      this.#done.set(stop.dyno, { ...stop, files: observation.files });
      this.#changed();
    }
  };

  readonly onEvent = (event: PlatformEvent): void => {
    if (event.kind === "unidling") this.hasSeenWaking = true;
    if (!this.hasSeenWaking || !("dyno" in event) || event.dyno?.startsWith(`${WEB}.`) !== true) return;
    const { dyno } = event;
    if (event.kind === "process-exited") this.trouble.push({ kind: "exited", dyno, status: event.status });
    if (event.kind === "dyno-error") this.trouble.push({ kind: "error", dyno, code: event.code });
  };
}
