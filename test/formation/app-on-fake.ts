import { DYNO_LIMITS, type DynoObservation, type DynoWorld } from "../../src/dyno/world.ts";
import { ENFORCEMENT } from "../../src/dyno/enforcement.ts";
import { FakeEngine } from "../../src/engine/fake/fake-engine.ts";
import { Formation, type Stored } from "../../src/formation/formation.ts";
import { WebBackends } from "../../src/formation/web-backends.ts";
import { DYNO_TYPES, dynoTypeNamed } from "../../src/heroku/dyno-types.ts";
import { ERAS, type Era, type EraName } from "../../src/heroku/eras.ts";
import type { AppName, ImageId, InstanceId } from "../../src/heroku/names.ts";
import { FrozenClock } from "../../src/kernel/frozen-clock.ts";
import { MovableClock } from "../../src/kernel/movable-clock.ts";
import { seededRandom } from "../../src/kernel/random.ts";
import { bytes, instant, millis } from "../../src/kernel/units.ts";
import { Channel } from "../../src/logplex/channel.ts";
import { EVERYTHING } from "../../src/logplex/filter.ts";
import { Onlookers } from "../../src/platform/onlookers.ts";
import type { Release } from "../../src/release/release.ts";
import type { Checkout, Lease } from "../../src/router/backends.ts";

/** An app on the fake engine and two paused clocks: what takes Heroku a day takes no time here. */
export class AppOnFake {
  readonly engine: FakeEngine = new FakeEngine();
  readonly platformClock: MovableClock = new MovableClock(new FrozenClock(instant(1_600_000_000_000)));
  readonly realClock: MovableClock = new MovableClock(new FrozenClock(instant(1_600_000_000_000)));
  readonly observations: DynoObservation[] = [];
  readonly onlookers: Onlookers = new Onlookers();
  readonly channel: Channel;
  readonly formation: Formation;
  readonly backends: WebBackends;
  preboot = false;
  /** Asked at the start of each life. */
  logsRuntimeMetrics = false;
  #version = 2;

  /** `switches`: fields of the era that a test sets by themselves. */
  constructor(name: EraName = "now", switches: Partial<Era> = {}) {
    const era = { ...ERAS[name], ...switches };
    this.channel = new Channel(era);
    const world: DynoWorld = {
      engine: this.engine,
      realClock: this.realClock,
      platformClock: this.platformClock,
      random: seededRandom(7),
      seed: "7",
      emit: (event) => {
        this.channel.tell(event);
        this.onlookers.tell(event);
      },
      limits: DYNO_LIMITS,
      enforcement: ENFORCEMENT,
      logsRuntimeMetrics: () => this.logsRuntimeMetrics,
      observe: (observation) => {
        this.observations.push(observation);
        this.onlookers.observe(observation);
      },
    };
    const label = { instance: "i" as InstanceId, app: "app" as AppName };
    this.formation = new Formation(label, era, world, () => this.preboot);
    this.backends = new WebBackends(this.formation, this.realClock, seededRandom(7));
  }

  roll(processTypes: Record<string, string>, stored: Stored): void {
    this.#version += 1;
    this.formation.roll(release(this.#version, processTypes), stored, (type) => {
      return dynoTypeNamed(stored[type]?.size ?? "eco") ?? DYNO_TYPES.eco;
    });
  }

  /** Resolves when nothing is on its way any more; microtasks of the fake engine run meanwhile. */
  async settle(): Promise<void> {
    await this.formation.until(() => this.formation.settled);
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Waits if need be, as a request does; `tried`: those it could not connect to. */
  async request(
    tried: readonly Lease[] = [],
    gone: AbortSignal = new AbortController().signal,
  ): Promise<Checkout> {
    return this.checkout(tried, gone);
  }

  /** A promise only where there is a wait. */
  checkout(
    tried: readonly Lease[] = [],
    gone: AbortSignal = new AbortController().signal,
    affinity?: string,
  ): Checkout | Promise<Checkout> {
    return this.backends.checkout({
      since: this.realClock.now(),
      tried: new Set(tried.map(({ life }) => life)),
      gone,
      affinity,
    });
  }

  /** A request from start to end; the dyno that served it, or the refusal. */
  async serve(): Promise<string> {
    const checkout = await this.request();
    if (checkout.kind === "refused") return checkout.reason;
    this.backends.checkin(checkout.lease, "served");
    return checkout.lease.dyno;
  }

  advance(minutes: number): Promise<void> {
    return this.platformClock.advance(millis(minutes * 60_000), () => this.settle());
  }

  /** The log since the last call: `web.1 Idling`. */
  story(): string[] {
    const lines = this.channel.recent(EVERYTHING, 1500).map((line) => `${line.process} ${line.text}`);
    return lines.slice(this.#told, (this.#told = lines.length));
  }
  #told = 0;
}

function release(version: number, processTypes: Record<string, string>): Release {
  return {
    id: String(version),
    version,
    description: "Deploy",
    user: "user@localhost",
    createdAt: instant(0),
    status: "succeeded",
    configVars: { GREETING: `v${version}` },
    metadata: ["runtime-dyno-metadata"],
    slug: {
      image: "image" as ImageId,
      inputs: "",
      commit: undefined,
      pythonMinor: "3.13",
      buildpacks: [],
      processTypes,
      size: bytes(1),
      checksum: "",
    },
  };
}
