import type { DynoWorld } from "../dyno/world.ts";
import type { Formation } from "../formation/formation.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import { Turns } from "../kernel/turns.ts";
import type { App } from "./app.ts";
import type { PlatformFailure } from "./failure.ts";
import type { Onlookers } from "./onlookers.ts";
import { rehearseSleep, type SleepToRehearse } from "./rehearse/rehearse-sleep.ts";
import type { SleepRehearsal } from "./rehearse/sleep-rehearsal.ts";
import { httpVisitor } from "./rehearse/visit.ts";
import { whyItIsNotWoken, whyItNeverSleeps } from "./sleep-refusals.ts";

interface Sleepers {
  readonly app: App;
  readonly formation: Formation;
  readonly onlookers: Onlookers;
  readonly world: Pick<DynoWorld, "realClock" | "random">;
}

/** Sleep and wake on demand, of an app that is up. */
export class SleepControl {
  readonly #sleepers: Sleepers;
  readonly #settled: () => Promise<void>;
  readonly #rehearsals = new Turns();

  /** `settled` resolves when no dyno starts or stops any more. */
  constructor(sleepers: Sleepers, settled: () => Promise<void>) {
    this.#sleepers = sleepers;
    this.#settled = settled;
  }

  async idle(): Promise<Result<void, PlatformFailure>> {
    const { formation } = this.#sleepers;
    const sleepless = whyItNeverSleeps(formation);
    if (sleepless !== undefined) return fail(sleepless);
    // what boots is not put to sleep, and would stay up
    if (formation.dynos().some(({ phase }) => phase.kind === "starting")) await this.#settled();
    formation.idle();
    return ok(await this.#settled());
  }

  async wake(): Promise<Result<void, PlatformFailure>> {
    const { formation } = this.#sleepers;
    const sleepy = whyItIsNotWoken(formation);
    if (sleepy !== undefined) return fail(sleepy);
    formation.wake();
    return ok(await this.#settled());
  }

  /** `webUrl`: where the router listens. */
  rehearse(asked: SleepToRehearse, webUrl: string): Promise<Result<SleepRehearsal, PlatformFailure>> {
    const { app, formation, onlookers, world } = this.#sleepers;
    const { realClock: clock, random } = world;
    const visit = httpVisitor(webUrl, onlookers, clock, random);
    const tools = { formation, onlookers, visit, clock, era: app.era.name };
    return this.#rehearsals.take(() => rehearseSleep(asked, tools));
  }
}
