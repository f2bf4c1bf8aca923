import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DYNO_LIMITS, type DynoWorld } from "../../src/dyno/world.ts";
import { ENFORCEMENT } from "../../src/dyno/enforcement.ts";
import { FakeEngine } from "../../src/engine/fake/fake-engine.ts";
import { Formation } from "../../src/formation/formation.ts";
import { WebBackends } from "../../src/formation/web-backends.ts";
import { ERAS } from "../../src/heroku/eras.ts";
import { RELEASE_PHASE_LIMIT } from "../../src/heroku/limits.ts";
import type { AppName, ImageId, InstanceId } from "../../src/heroku/names.ts";
import { FrozenClock } from "../../src/kernel/frozen-clock.ts";
import { MovableClock } from "../../src/kernel/movable-clock.ts";
import { seededRandom } from "../../src/kernel/random.ts";
import { ok } from "../../src/kernel/result.ts";
import { bytes, instant } from "../../src/kernel/units.ts";
import { Channel } from "../../src/logplex/channel.ts";
import { EVERYTHING } from "../../src/logplex/filter.ts";
import { App } from "../../src/platform/app.ts";
import { AppHours } from "../../src/platform/app-hours.ts";
import type { SlugFor } from "../../src/platform/compile.ts";
import { LocalPlatform } from "../../src/platform/local-platform.ts";
import { Onlookers } from "../../src/platform/onlookers.ts";
import { OneOffs } from "../../src/platform/one-offs.ts";
import type { DeployOptions } from "../../src/platform/platform.ts";
import { ReleaseOutputs } from "../../src/platform/release-output.ts";
import { Traffic } from "../../src/platform/traffic/traffic.ts";
import { STATE_VERSION, type State } from "../../src/platform/state.ts";
import { Store } from "../../src/platform/store.ts";
import type { Slug } from "../../src/release/slug.ts";

/** Each change of the state is synced to the disk; in memory that costs nothing. */
const PLACE: string = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** A real platform on the fake engine, whose router is the test (`backends`); what a compilation gives, the test says. */
export class PlatformOnFake implements AsyncDisposable {
  readonly folder: string = mkdtempSync(join(PLACE, "dynosim-platform-"));
  readonly engine: FakeEngine = new FakeEngine();
  readonly platform: LocalPlatform;
  readonly backends: WebBackends;
  readonly app: App;
  readonly store: Store;
  readonly lines: string[] = [];
  /** Held back by what it awaits; ends early with a failure where the test wants one. */
  onCompile: (...wanted: Parameters<SlugFor>) => ReturnType<SlugFor> = async () => this.compiled();
  processTypes: Record<string, string> = { web: "serve", worker: "work" };
  /** What the platform's own limits run on; it moves only when told. */
  readonly realClock: MovableClock = new MovableClock(new FrozenClock(instant(1_600_000_000_000)));
  readonly clock: MovableClock = new MovableClock(new FrozenClock(instant(1_600_000_000_000)));
  readonly #channel: Channel = new Channel(ERAS.now);
  /** How often the clock was held for a dyno's first words. */
  breaths = 0;
  /** How often the config vars that name pages were looked at. */
  looks = 0;
  #compiled = 0;

  constructor(files: Readonly<Record<string, string>> = {}, state: Partial<State> = {}) {
    for (const [name, content] of Object.entries({ Procfile: "web: serve\n", ...files }))
      writeFileSync(join(this.folder, name), content);
    this.store = new Store(this.folder);
    this.store.prepare();
    const { clock } = this;
    const kept = { ...NEW_STATE, ...state };
    const app = new App(this.folder, () => "me@example.com", kept, this.store, clock, this.#channel.tell);
    this.app = app;
    const world: DynoWorld = {
      engine: this.engine,
      realClock: this.realClock,
      platformClock: clock,
      random: seededRandom(7),
      seed: "7",
      emit: this.#channel.tell,
      limits: DYNO_LIMITS,
      enforcement: ENFORCEMENT,
      logsRuntimeMetrics: () => false,
      observe: () => {},
    };
    const formation = new Formation(app.label, app.era, world, () => app.hasFeature("preboot"));
    this.backends = new WebBackends(formation, this.realClock, seededRandom(7));
    const oneOffs = new OneOffs(app, world);
    const hours = new AppHours(app, formation, oneOffs, world);
    this.platform = new LocalPlatform({
      mode: "up",
      app,
      engine: this.engine,
      world,
      clock,
      channel: this.#channel,
      formation,
      oneOffs,
      hours,
      outputs: new ReleaseOutputs(this.store.folder),
      onNotice: (line) => this.lines.push(line),
      router: undefined,
      webUrl: undefined,
      traffic: new Traffic(() => [], this.realClock),
      onlookers: new Onlookers(),
      opening: Promise.resolve(ok()),
      deployTools: { slugFor: (...wanted) => this.onCompile(...wanted) },
      lookAtPages: () => void (this.looks += 1),
      breathe: async () => void (this.breaths += 1),
      releasePhaseLimit: RELEASE_PHASE_LIMIT,
      writeSlug: async () => ok(),
      engineChoice: "auto",
      passedOver: undefined,
      clean: async () => ok({ cleaned: [], unseen: [] }),
      version: "0",
      memory: async () => bytes(0),
      close: async () => hours[Symbol.dispose](),
    });
  }

  /** What a compilation that succeeds gives; each is a new image. */
  async compiled(): ReturnType<SlugFor> {
    const image = `sha256:${++this.#compiled}` as ImageId;
    this.engine.images.set(image, Buffer.alloc(0));
    const slug: Slug = {
      image,
      inputs: image,
      commit: undefined,
      pythonMinor: "3.13",
      buildpacks: ["python"],
      processTypes: this.processTypes,
      size: bytes(1),
      checksum: "SHA256:0123456789",
    };
    return ok({ slug, isNew: true, notices: [], reports: {} });
  }

  deploy(options: Partial<DeployOptions> = {}): ReturnType<LocalPlatform["deploy"]> {
    return this.platform.deploy({
      source: { kind: "working-tree" },
      strict: false,
      extraEnv: {},
      slugFile: undefined,
      formation: "stored",
      onLine: (line) => this.lines.push(line),
      signal: undefined,
      ...options,
    });
  }

  /** A request from start to end; the dyno that served it, or the refusal. */
  async serve(): Promise<string> {
    const checkout = await this.backends.checkout({
      since: this.realClock.now(),
      tried: new Set(),
      gone: new AbortController().signal,
      affinity: undefined,
    });
    if (checkout.kind === "refused") return checkout.reason;
    this.backends.checkin(checkout.lease, "served");
    return checkout.lease.dyno;
  }

  /** What stands on the disk. */
  saved(): State {
    const loaded = this.store.load();
    if (!loaded.ok || loaded.value.state.version === undefined) throw new Error("no state was saved");
    return loaded.value.state as State;
  }

  story(): readonly string[] {
    return this.#channel.recent(EVERYTHING, 1500).map((line) => `${line.process} ${line.text}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.platform[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const NEW_STATE: State = {
  version: STATE_VERSION,
  instance: "i" as InstanceId,
  name: "app" as AppName,
  createdAt: instant(0),
  era: "now",
  dynoType: undefined,
  formation: {},
  configVars: {},
  features: [],
  switches: {},
  releases: [],
  stickyPython: undefined,
  buildpacks: undefined,
  stackImages: undefined,
  spareSlugs: [],
  hours: undefined,
  maintenance: false,
  domains: [],
  movedTo: undefined,
};
