import type { Dyno } from "../dyno/dyno.ts";
import type { Formation } from "../formation/formation.ts";
import type { DynoName } from "../heroku/names.ts";
import type { Clock } from "../kernel/clock.ts";
import { between, type Instant, type Millis } from "../kernel/units.ts";
import type { OneOffs } from "./one-offs.ts";

/** A dyno that is on its way, and holds the platform clock back while that is moved. */
export interface Waiting {
  readonly dyno: DynoName;
  readonly what: "starting" | "SIGTERM" | "SIGKILL";
  /** Real time since it started, or was sent that signal. */
  readonly for: Millis;
}

interface Begun extends Omit<Waiting, "for"> {
  readonly key: string;
  readonly at: Instant;
}

/** Everything of the app that has begun to start or to stop and has not settled, with its real time. */
export class Unsettled implements Disposable {
  readonly #formation: Formation;
  readonly #oneOffs: OneOffs;
  readonly #realClock: Clock;
  readonly #unwatch: readonly (() => void)[];
  #begun: readonly Begun[] = [];

  constructor(formation: Formation, oneOffs: OneOffs, realClock: Clock) {
    this.#formation = formation;
    this.#oneOffs = oneOffs;
    this.#realClock = realClock;
    const look = (): void => this.#look();
    this.#unwatch = [formation.watch(look), oneOffs.watch(look)];
  }

  get none(): boolean {
    return this.#dynos().every((dyno) => dyno.settled);
  }

  list(): readonly Waiting[] {
    const now = this.#realClock.now();
    return this.#begun.map(({ dyno, what, at }) => ({ dyno, what, for: between(at, now) }));
  }

  /** Resolves when nothing is on its way, or `given` up; true when a dyno has started meanwhile. */
  async end(given: AbortSignal): Promise<boolean> {
    let started = false;
    while (!this.none && !given.aborted) {
      started ||= this.#begun.some(({ what }) => what === "starting");
      await this.#change(given);
    }
    return started;
  }

  [Symbol.dispose](): void {
    for (const unwatch of this.#unwatch) unwatch();
  }

  #change(given: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        for (const unwatch of watches) unwatch();
        given.removeEventListener("abort", end);
        resolve();
      };
      const watches = [this.#formation.watch(end), this.#oneOffs.watch(end)];
      given.addEventListener("abort", end);
    });
  }

  #dynos(): readonly Dyno[] {
    return [...this.#formation.everyDyno(), ...this.#oneOffs.dynos()];
  }

  #look(): void {
    const at = this.#realClock.now();
    const former = new Map(this.#begun.map((one) => [one.key, one]));
    this.#begun = this.#dynos().flatMap((dyno) =>
      dyno.settled ? [] : onItsWay(dyno).map((one) => former.get(one.key) ?? { ...one, at }),
    );
  }
}

function onItsWay(dyno: Dyno): readonly Omit<Begun, "at">[] {
  const { phase, leaving } = dyno.state;
  const one = (what: Waiting["what"], run: number): Omit<Begun, "at"> => {
    return { dyno: dyno.name, what, key: `${dyno.name} ${run} ${what}` };
  };
  const left = leaving.map(({ run, killed }) => one(killed ? "SIGKILL" : "SIGTERM", run));
  if (phase.kind !== "starting" && phase.kind !== "up") return left;
  if (phase.sent !== "nothing") return [...left, one(phase.sent, phase.run)];
  return phase.kind === "starting" ? [...left, one("starting", phase.run)] : left;
}
