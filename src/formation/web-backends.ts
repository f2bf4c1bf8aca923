import type { Dyno } from "../dyno/dyno.ts";
import { BOOT_WAIT } from "../heroku/limits.ts";
import { WEB, type DynoName, type RequestId } from "../heroku/names.ts";
import type { Clock } from "../kernel/clock.ts";
import { pick, type Random } from "../kernel/random.ts";
import type { Millis } from "../kernel/units.ts";
import type { Backends, Checkout, Lease, LeaseEnd, Refusal } from "../router/backends.ts";
import type { Formation } from "./formation.ts";
import { Quarantine } from "./quarantine.ts";

/** The formation as the router sees it: who can serve, who has to be woken or waited for. */
export class WebBackends implements Backends {
  readonly #formation: Formation;
  readonly #realClock: Clock;
  readonly #random: Random;
  readonly #quarantine: Quarantine;
  readonly #bootWait: Millis;
  #couldSleep = false;

  constructor(formation: Formation, realClock: Clock, random: Random, bootWait: Millis = BOOT_WAIT) {
    this.#formation = formation;
    this.#realClock = realClock;
    this.#random = random;
    this.#bootWait = bootWait;
    this.#quarantine = new Quarantine(realClock);
    formation.watch(() => this.#watchBoot());
  }

  checkout(_id: RequestId, tried: ReadonlySet<DynoName>, gone: AbortSignal): Checkout | Promise<Checkout> {
    const refusal = this.#refusal();
    if (refusal !== undefined) return refused(refusal);
    this.#formation.wake();
    const { sleepPolicy } = this.#formation;
    // who waits for a boot keeps the app awake, too: else it could fall asleep under the last of them
    sleepPolicy.requestBegan();
    const found = this.#choose(tried);
    return found === undefined ? this.#wait(tried, gone).then((late) => this.#kept(late)) : this.#kept(found);
  }

  checkin(lease: Lease, end: LeaseEnd): void {
    this.#formation.sleepPolicy.requestEnded();
    if (end === "connect-refused" || end === "connect-timeout") this.#quarantine.add(lease.dyno);
  }

  webDynos(): number {
    return this.#formation.quantityOf(WEB);
  }

  #kept(found: Checkout): Checkout {
    if (found.kind === "refused") this.#formation.sleepPolicy.requestEnded();
    return found;
  }

  #refusal(): Refusal | undefined {
    if (this.#formation.release?.slug === undefined) return "blank-app";
    return this.#formation.webDynos().length === 0 ? "no-web-dynos" : undefined;
  }

  /** A lease, a refusal that will not change by waiting, or undefined: wait. */
  #choose(tried: ReadonlySet<DynoName>): Checkout | undefined {
    const dynos = this.#formation.webDynos();
    const up = dynos.filter((dyno) => dyno.address !== undefined);
    const [first, ...others] = up.filter(
      (dyno) => !tried.has(dyno.name) && !this.#quarantine.holds(dyno.name),
    );
    if (first !== undefined) return leased(pick(this.#random, [first, ...others]));
    if (dynos.some(({ phase }) => phase.kind === "starting")) return undefined;
    if (dynos.length === 0) return refused("no-web-dynos");
    if (up.length === 0 && dynos.some(({ phase }) => phase.kind === "lost")) return refused("platform-error");
    if (dynos.some((dyno) => dyno.outOfHours)) return refused("hours-exhausted");
    // A sleeping dyno that stays asleep is the stuck one of era legacy, and looks crashed to the router. design.md 4
    return refused(up.length > 0 ? "quarantined" : "crashed");
  }

  #wait(tried: ReadonlySet<DynoName>, gone: AbortSignal): Promise<Checkout> {
    return new Promise((resolve) => {
      const end = (checkout: Checkout): void => {
        unwatch();
        timer.cancel();
        gone.removeEventListener("abort", leave);
        resolve(checkout);
      };
      const leave = (): void => end(refused("boot-timeout"));
      const unwatch = this.#formation.watch(() => {
        const found = this.#choose(tried);
        if (found !== undefined) end(found);
      });
      const timer = this.#realClock.after(this.#bootWait, () => end(refused("boot-timeout")));
      gone.addEventListener("abort", leave);
      if (gone.aborted) leave();
    });
  }

  /** A new life of a dyno is not in quarantine; and the 30 minutes of sleep begin when there is somebody to fall asleep. */
  #watchBoot(): void {
    for (const dyno of this.#formation.webDynos())
      if (dyno.phase.kind === "starting") this.#quarantine.release(dyno.name);
    const canSleep = this.#formation.canFallAsleep;
    if (canSleep === this.#couldSleep) return;
    this.#couldSleep = canSleep;
    if (canSleep) this.#formation.sleepPolicy.begin();
    else this.#formation.sleepPolicy.end();
  }
}

function leased(dyno: Dyno): Checkout {
  const { address } = dyno;
  if (address === undefined) return refused("crashed");
  return { kind: "leased", lease: { dyno: dyno.name, host: address.host, port: address.port } };
}

function refused(reason: Refusal): Checkout {
  return { kind: "refused", reason };
}
