import { BOOT_WAIT } from "../heroku/limits.ts";
import { WEB } from "../heroku/names.ts";
import type { Clock } from "../kernel/clock.ts";
import { invariant } from "../kernel/invariant.ts";
import { shuffled, type Random } from "../kernel/random.ts";
import type { Millis } from "../kernel/units.ts";
import type { Asking, Backends, Checkout, Lease, LeaseEnd, Refusal } from "../router/backends.ts";
import { affinityValue, dynosIn } from "./affinity.ts";
import type { Formation } from "./formation.ts";
import { Quarantine } from "./quarantine.ts";
import { WaitingRoom, type Wait } from "./waiting-room.ts";
import { WebLeases } from "./web-leases.ts";

type Leased = Extract<Checkout, { kind: "leased" }>;

/**
 * The formation as the router sees it: who can serve, who has to be woken or waited for. What changes with the dynos is
 * looked at once for each change, not for each request.
 */
export class WebBackends implements Backends {
  readonly #formation: Formation;
  readonly #random: Random;
  readonly #quarantine: Quarantine;
  readonly #leases = new WebLeases(() => this.#changed());
  readonly #waitingRoom: WaitingRoom;
  /** Of the dynos that are up, with what the router is told when it gets one. */
  #up: readonly Leased[] = [];
  /** Those there should be, up or not. */
  #names: ReadonlySet<string> = new Set();
  /** A web dyno boots. */
  #starting = false;
  /** A request would wake somebody. */
  #sleepers = false;
  #couldSleep = false;

  constructor(formation: Formation, realClock: Clock, random: Random, bootWait: Millis = BOOT_WAIT) {
    this.#formation = formation;
    this.#random = random;
    this.#quarantine = new Quarantine(realClock);
    this.#waitingRoom = new WaitingRoom(
      realClock,
      bootWait,
      (asking) => this.#choose(asking),
      () => refused(this.#up.length > 0 ? "quarantined" : "boot-timeout"),
    );
    formation.watch(() => this.#changed());
  }

  checkout(asking: Asking): Checkout | Promise<Checkout> {
    const formation = this.#formation;
    if (this.#sleepers) formation.wake();
    // who waits for a boot keeps the app awake, too: else it could fall asleep under the last of them
    formation.sleepPolicy.requestBegan();
    const found = this.#choose(asking);
    if (found.kind !== "wait") return this.#kept(found);
    return this.#waitingRoom.enter(asking, found).then((late) => this.#kept(late));
  }

  checkin(lease: Lease, end: LeaseEnd): void {
    this.#formation.sleepPolicy.requestEnded();
    if (end === "connect-refused" || end === "connect-timeout") this.#quarantine.add(lease.life);
  }

  webDynos(): number {
    return this.#formation.quantityOf(WEB);
  }

  #kept(found: Checkout): Checkout {
    if (found.kind === "refused") this.#formation.sleepPolicy.requestEnded();
    return found;
  }

  #choose({ tried, affinity }: Asking): Checkout | Wait {
    const free =
      this.#quarantine.empty && tried.size === 0
        ? this.#up
        : this.#up.filter(({ lease: { life } }) => !tried.has(life) && !this.#quarantine.holds(life));
    const [first] = free;
    if (first === undefined) return this.#none(tried);
    if (affinity !== undefined) return this.#sticky(affinity, free);
    return free.length === 1 ? first : (free[Math.floor(this.#random() * free.length)] ?? first);
  }

  /**
   * The client's own dyno, or one of those it knows for when that cannot be had; it keeps its cookie until its own dyno has
   * left the formation, or none of those it knows is to be had. heroku.md 3.7
   */
  #sticky(affinity: string, free: readonly Leased[]): Checkout {
    const known = dynosIn(affinity);
    for (const name of known) {
      const found = free.find(({ lease }) => lease.dyno === name);
      if (found === undefined) continue;
      return this.#names.has(known[0] ?? "")
        ? found
        : this.#assigned([found, ...free.filter((one) => one !== found)]);
    }
    return this.#assigned(shuffled(this.#random, free));
  }

  #assigned(order: readonly Leased[]): Checkout {
    const [first] = order;
    invariant(first !== undefined, "there is somebody to assign");
    return { ...first, affinity: affinityValue(order.map(({ lease }) => lease.dyno)) };
  }

  /** Why nobody can serve now, and whether to wait: for a boot, or for the end of a quarantine. */
  #none(tried: Asking["tried"]): Checkout | Wait {
    if (this.#up.some(({ lease: { life } }) => !tried.has(life))) return { kind: "wait", what: "quarantine" };
    if (this.#starting) return { kind: "wait", what: "boot" };
    // each was tried once, and there are no more to try. heroku.md 3.2
    if (this.#up.length > 0) return refused("quarantined");
    const dynos = this.#formation.webDynos();
    if (this.#formation.release?.slug === undefined) return refused("blank-app");
    if (dynos.length === 0) return refused("no-web-dynos");
    if (dynos.some(({ phase }) => phase.kind === "lost")) return refused("platform-error");
    if (dynos.some((dyno) => dyno.outOfHours)) return refused("hours-exhausted");
    // A sleeping dyno that stays asleep is the stuck one of era legacy, and looks crashed to the router. design.md 4
    return refused("crashed");
  }

  #changed(): void {
    const dynos = this.#formation.dynos();
    const web = dynos.filter((dyno) => dyno.plan.web);
    const leases = web.flatMap((dyno) => this.#leases.of(dyno) ?? []);
    this.#up = leases.filter(({ life }) => !life.gone).map((lease) => ({ kind: "leased", lease }));
    this.#names = new Set(web.map(({ name }) => name));
    // who has just died starts again or crashes: a moment later the dyno knows
    this.#starting = web.some(({ phase }) => phase.kind === "starting") || leases.length > this.#up.length;
    this.#sleepers = dynos.some(
      ({ phase, outOfHours }) => phase.kind === "idle" && !phase.stuck && !outOfHours,
    );
    this.#watchSleep();
    // while they boot, and none is up yet, there is nothing new for anybody
    if (this.#up.length > 0 || !this.#starting) this.#waitingRoom.lookAgain();
  }

  /** The 30 minutes of sleep begin when there is somebody to fall asleep. */
  #watchSleep(): void {
    const canSleep = this.#formation.canFallAsleep;
    if (canSleep === this.#couldSleep) return;
    this.#couldSleep = canSleep;
    if (canSleep) this.#formation.sleepPolicy.begin();
    else this.#formation.sleepPolicy.end();
  }
}

function refused(reason: Refusal): Checkout {
  return { kind: "refused", reason };
}
