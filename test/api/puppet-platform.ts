import { once } from "node:events";
import { Readable } from "node:stream";
import { DYNO_TYPES, dynoTypeNamed } from "../../src/heroku/dyno-types.ts";
import { FEATURES, featureNamed, type FeatureName } from "../../src/heroku/features.ts";
import type { LogLine } from "../../src/heroku/log-line.ts";
import type { AppName, DynoName, ImageId, InstanceId, ProcessName } from "../../src/heroku/names.ts";
import { fail, ok, type Result } from "../../src/kernel/result.ts";
import { bytes, hours, instant, mebibytes, millis, type Bytes, type Millis } from "../../src/kernel/units.ts";
import { matches } from "../../src/logplex/filter.ts";
import { domainNamed } from "../../src/platform/domains.ts";
import type { PlatformFailure } from "../../src/platform/failure.ts";
import type {
  BuildOptions,
  BuildpackFacts,
  Built,
  CleanOptions,
  CleanReport,
  ClockFacts,
  Conversation,
  Deployed,
  DeployOptions,
  DomainFacts,
  DynoFacts,
  DynoTarget,
  EngineReport,
  Enforcement,
  ExecSpec,
  FeatureFacts,
  FormationEntry,
  FormationUpdate,
  HoursChange,
  HoursFacts,
  ImagePair,
  LogFilter,
  OneOff,
  OneOffSpec,
  OutputChunk,
  Platform,
  RequestFacts,
  RequestWatcher,
  TailLine,
  WatchEvents,
  Watching,
  Release,
  SleepRehearsal,
  SleepToRehearse,
  StackImages,
} from "../../src/platform/platform.ts";

/** Platform time of a new puppet: 2026-11-20 09:16:30 UTC. */
export const PUPPET_NOW: number = Date.UTC(2026, 10, 20, 9, 16, 30);
/** A gunicorn app in era now. */
const REHEARSED: SleepRehearsal = {
  era: "now",
  path: "/",
  before: { requests: 11, lost: {}, firstByte: { first: millis(3), median: millis(4), last: millis(17) } },
  stops: [
    {
      dyno: "web.1" as DynoName,
      status: 0,
      lasted: millis(540),
      killed: false,
      processes: [
        {
          pid: 7,
          ppid: 1,
          command: "gunicorn: master [app:app]",
          onSigterm: "handles",
          leftAfter: millis(480),
          killed: false,
          late: false,
        },
        {
          pid: 9,
          ppid: 7,
          command: "gunicorn: worker [app:app]",
          onSigterm: "handles",
          leftAfter: millis(60),
          killed: false,
          late: false,
        },
      ],
      files: [{ path: "/app/notes.txt", change: "added" }],
    },
  ],
  wake: {
    requests: 10,
    lost: {},
    firstByte: { first: millis(910), median: millis(942), last: millis(1204) },
  },
  wokenByOthers: false,
  trouble: [],
  isBack: true,
  stuck: undefined,
};
const ECO = DYNO_TYPES.eco;

const DUE = [
  { in: 1_800_000, of: "app", what: "falls asleep" },
  { in: 86_400_000, of: "web.1", what: "cycles" },
];

/** The first one is the app's own. */
export function domainFacts(hostname: string, number = 0): DomainFacts {
  return {
    id: `00000000-0000-4000-8000-0000000001${String(number).padStart(2, "0")}`,
    hostname,
    kind: number === 0 ? "heroku" : "custom",
    cname: number === 0 ? undefined : "example.localhost",
    createdAt: instant(PUPPET_NOW),
  };
}

/** A platform in memory: what is asked of it is kept in `asked`, what it shall refuse with in `refusal`. */
export class PuppetPlatform implements Platform {
  readonly asked: unknown[] = [];
  refusal: PlatformFailure | undefined;
  isReady = true;
  rehearsal: SleepRehearsal = REHEARSED;
  buildsForever = false;
  dynoList: DynoFacts[];
  entries: FormationEntry[];
  tier = "eco";
  /** heroku.md 9: 507h 13m (50%) left. */
  hourFigures: { pool: Millis; used: Millis } = {
    pool: hours(1000),
    used: millis(492 * 3_600_000 + 47 * 60_000),
  };
  vars: Record<string, string> = { LANG: "en_US.UTF-8", SECRET_KEY: "a b" };
  releaseList: Release[];
  featuresOn: Set<FeatureName> = new Set();
  readonly oneOffs: PuppetOneOff[] = [];
  readonly folder: string;
  #offset = 0;
  clockPaused = false;
  clockMoving: ClockFacts["moving"];
  dueList: { in: number; of: string; what: string }[] = DUE;
  /** Held back by what it awaits. */
  onClockMove: (given: AbortSignal | undefined) => Promise<void> = async () => {};
  readonly #lines: LogLine[] = [];
  readonly #tails = new Set<{ filter: LogFilter; line: TailLine }>();
  readonly #down = Promise.withResolvers<void>();
  readonly #name: string;
  disposed = false;

  constructor(folder = "/work/example", name = "example") {
    this.folder = folder;
    this.#name = name;
    this.dynoList = [
      dyno("worker.1", "python worker.py", 90_000),
      dyno("web.1", "gunicorn app:server", 240_000),
      { ...dyno("run.4520", "bash", 3_990_000), id: "00000000-0000-4000-8000-00000000004a" },
    ];
    this.entries = [
      { type: "web" as ProcessName, command: "gunicorn app:server", quantity: 1, size: ECO },
      { type: "worker" as ProcessName, command: "python worker.py", quantity: 1, size: ECO },
    ];
    this.releaseList = [
      release(1, "Initial release", "succeeded"),
      release(2, "Enable Logplex", "succeeded"),
      { ...release(3, "Deploy 71c09b06", "succeeded"), slug: SLUG },
      { ...release(4, "Deploy 5ec13510", "succeeded"), slug: SLUG },
      { ...release(5, "Deploy 0a1ba830", "failed"), slug: SLUG },
    ];
  }

  enforcement: Enforcement = { memory: "heroku", cpu: "machine" };

  app(): ReturnType<Platform["app"]> {
    return {
      instance: "7f0c5a52-3a59-4a3e-9d0c-3f2a6a1b9c10" as InstanceId,
      name: this.#name as AppName,
      folder: this.folder,
      createdAt: instant(PUPPET_NOW - 86_400_000),
      owner: "me@example.com",
      era: "now",
      switches: { "stuck-after-clean-idle-exit": true },
      stack: "heroku-24",
      webUrl: "http://localhost:5000",
      controlUrl: undefined,
      slugSize: 48_000_000,
      processTier: this.tier,
      maintenance: this.maintenance,
      enforcement: this.enforcement,
      dynosimVersion: "0.1.0",
      pid: process.pid,
    };
  }

  dynos(): readonly DynoFacts[] {
    return this.dynoList;
  }

  formation(): readonly FormationEntry[] {
    return this.entries;
  }

  async scale(
    updates: readonly FormationUpdate[],
  ): Promise<Result<readonly FormationEntry[], PlatformFailure>> {
    this.asked.push({ scale: updates });
    if (this.refusal !== undefined) return fail(this.refusal);
    for (const { type, quantity = "+0", size } of updates) {
      const entry = this.entries.find((one) => one.type === type);
      if (entry === undefined) return fail({ kind: "unknown-process-type", type, known: ["web", "worker"] });
      const change = /^[+-]/.test(quantity);
      const next: FormationEntry = {
        ...entry,
        quantity: change ? entry.quantity + Number(quantity) : Number(quantity),
        size: dynoTypeNamed(size ?? entry.size.name) ?? entry.size,
      };
      this.entries = this.entries.map((one) => (one.type === type ? next : one));
    }
    return ok(this.entries);
  }

  async restart(target: DynoTarget): Promise<Result<void, PlatformFailure>> {
    return this.#act({ restart: target });
  }

  async stop(target: DynoTarget): Promise<Result<void, PlatformFailure>> {
    return this.#act({ stop: target });
  }

  configVars(): Readonly<Record<string, string>> {
    return this.vars;
  }

  async setConfigVars(
    patch: Readonly<Record<string, string | null>>,
  ): Promise<Result<Readonly<Record<string, string>>, PlatformFailure>> {
    this.asked.push({ setConfigVars: patch });
    if (this.refusal !== undefined) return fail(this.refusal);
    for (const [name, value] of Object.entries(patch)) {
      if (value === null) delete this.vars[name];
      else this.vars[name] = value;
    }
    this.releaseList.push({
      ...release(this.releaseList.length + 1, "Set config vars", "succeeded"),
      slug: SLUG,
      configVars: { ...this.vars },
    });
    return ok(this.vars);
  }

  features(): readonly FeatureFacts[] {
    return Object.values(FEATURES).map((feature) => ({
      ...feature,
      enabled: this.featuresOn.has(feature.name),
    }));
  }

  setFeature(name: string, enabled: boolean): Result<FeatureFacts, PlatformFailure> {
    this.asked.push({ feature: name, enabled });
    if (this.refusal !== undefined) return fail(this.refusal);
    const feature = featureNamed(name);
    if (feature === undefined) return fail({ kind: "unknown-feature", name, known: Object.keys(FEATURES) });
    if (enabled) this.featuresOn.add(feature.name);
    else this.featuresOn.delete(feature.name);
    return ok({ ...feature, enabled });
  }

  maintenance = false;

  setMaintenance(on: boolean): void {
    this.asked.push({ maintenance: on });
    this.maintenance = on;
  }

  domainList: DomainFacts[] = [domainFacts("example.localhost")];

  domains(): readonly DomainFacts[] {
    return this.domainList;
  }

  addDomain(hostname: string): Result<DomainFacts, PlatformFailure> {
    this.asked.push({ addDomain: hostname });
    if (this.refusal !== undefined) return fail(this.refusal);
    const domain = domainFacts(hostname, this.domainList.length);
    this.domainList.push(domain);
    return ok(domain);
  }

  removeDomain(hostname: string): Result<DomainFacts, PlatformFailure> {
    this.asked.push({ removeDomain: hostname });
    if (this.refusal !== undefined) return fail(this.refusal);
    const found = domainNamed(this.domainList, hostname);
    if (found === undefined) return fail({ kind: "unknown-domain", hostname });
    this.domainList = this.domainList.filter((domain) => domain !== found);
    return ok(found);
  }

  buildpackList: readonly string[] = [];

  buildpacks(): readonly BuildpackFacts[] {
    return this.buildpackList.map((name) => ({
      name,
      url: name.startsWith("heroku/") ? `urn:buildpack:${name}` : name,
    }));
  }

  setBuildpacks(references: readonly string[]): Result<readonly BuildpackFacts[], PlatformFailure> {
    this.asked.push({ setBuildpacks: references });
    if (this.refusal !== undefined) return fail(this.refusal);
    this.buildpackList = references;
    return ok(this.buildpacks());
  }

  setStackImages(images: ImagePair | undefined): void {
    this.asked.push({ setStackImages: images });
  }

  releases(): readonly Release[] {
    return this.releaseList;
  }

  changedSinceBuild({ configVars }: Release): readonly string[] {
    return Object.keys(configVars).filter((name) => name.startsWith("VITE_"));
  }

  async rollback(version: number | undefined): Promise<Result<Release, PlatformFailure>> {
    this.asked.push({ rollback: version });
    if (this.refusal !== undefined) return fail(this.refusal);
    const next = {
      ...release(this.releaseList.length + 1, `Rollback to v${version}`, "succeeded"),
      slug: SLUG,
    };
    this.releaseList.push(next);
    return ok(next);
  }

  /** What release commands wrote, by version. */
  readonly outputs: Map<number, string[]> = new Map<number, string[]>();

  releaseOutput({ version }: Release): AsyncIterable<string> | undefined {
    const lines = this.outputs.get(version);
    return lines === undefined ? undefined : Readable.from(lines);
  }

  async retryRelease(version: number | undefined): Promise<Result<Release, PlatformFailure>> {
    this.asked.push({ retry: version });
    if (this.refusal !== undefined) return fail(this.refusal);
    const number = this.releaseList.length + 1;
    const next = { ...release(number, `Retry of v${version}: Deploy`, this.retriedStatus), slug: SLUG };
    this.releaseList.push(next);
    this.outputs.set(number, ["migrating\n", "done\n"]);
    return ok({ ...next, status: "pending" });
  }

  retriedStatus: Release["status"] = "succeeded";

  async deploy(options: DeployOptions): Promise<Result<Deployed, PlatformFailure>> {
    this.asked.push({
      deploy: { formation: options.formation, source: options.source, strict: options.strict },
    });
    options.onLine("-----> Building on the Heroku-24 stack");
    if (this.refusal !== undefined) return fail(this.refusal);
    if (this.buildsForever) await once(options.signal ?? new AbortController().signal, "abort");
    this.log("app[api]: Build started by user me@example.com");
    const notices = ["Left out, as git does not track it: notes.txt (dynosim up --working-tree includes it)"];
    return ok({
      compiled: true,
      slugSize: 48_000_000,
      notices,
      buildpackReports: { "heroku/python": { cache_status: "empty", total_duration: 1.5 } },
      release: this.releaseList.at(-2) ?? neverNone(),
      treeHash: "a3f1",
    });
  }

  watch(options: DeployOptions, { treeHash }: Pick<Deployed, "treeHash">, events: WatchEvents): Watching {
    this.asked.push({ watch: { source: options.source, treeHash } });
    events.changed(["app.py", "a.html", "b.html", "c.html"]);
    events.failed({ kind: "build-timeout", minutes: 15 });
    events.changed([]);
    void this.deploy(options).then((deployed) => {
      if (deployed.ok)
        events.deployed({ ...deployed.value, notices: [...deployed.value.notices, "One more thing."] });
    });
    events.degraded("no more watches");
    return {
      begun: Promise.resolve(),
      [Symbol.asyncDispose]: async () => void this.asked.push("watch ended"),
    };
  }

  async build(options: BuildOptions): Promise<Result<Built, PlatformFailure>> {
    const { source, strict, offline, extraEnv, slugFile, buildpacks, images } = options;
    this.asked.push({ build: { source, strict, offline, extraEnv, slugFile, buildpacks, images } });
    options.onLine("-----> Building on the Heroku-24 stack");
    options.onLine("-----> Python app detected");
    if (this.refusal !== undefined) return fail(this.refusal);
    if (this.buildsForever) await once(options.signal ?? new AbortController().signal, "abort");
    return ok({ compiled: true, slugSize: 48_000_000, notices: [], buildpackReports: {} });
  }

  async run(spec: OneOffSpec): Promise<Result<OneOff, PlatformFailure>> {
    this.asked.push({ run: spec });
    if (this.refusal !== undefined) return fail(this.refusal);
    const oneOff = new PuppetOneOff(spec);
    this.oneOffs.push(oneOff);
    return ok(oneOff);
  }

  async exec(dyno: string, spec: ExecSpec): Promise<Result<Conversation, PlatformFailure>> {
    this.asked.push({ exec: dyno, spec });
    if (this.refusal !== undefined) return fail(this.refusal);
    const inside = new PuppetOneOff({ ...spec, env: {}, size: undefined, type: undefined });
    this.oneOffs.push(inside);
    return ok(inside);
  }

  async idle(): Promise<Result<void, PlatformFailure>> {
    return this.#act("idle");
  }

  async wake(): Promise<Result<void, PlatformFailure>> {
    return this.#act("wake");
  }

  hours(): HoursFacts {
    const { pool, used } = this.hourFigures;
    return {
      type: "eco",
      pool,
      used,
      running: 2,
      month: instant(Date.UTC(2026, 10, 1)),
      nextMonth: instant(Date.UTC(2026, 11, 1)),
      emptyAt: used < pool ? instant(PUPPET_NOW + (pool - used) / 2) : undefined,
    };
  }

  setHours(change: HoursChange): HoursFacts {
    this.asked.push({ setHours: change });
    this.hourFigures = {
      pool: change.pool ?? this.hourFigures.pool,
      used: change.used ?? this.hourFigures.used,
    };
    return this.hours();
  }

  async rehearseSleep(asked: SleepToRehearse): Promise<Result<SleepRehearsal, PlatformFailure>> {
    this.asked.push({ rehearseSleep: asked });
    return this.refusal === undefined ? ok(this.rehearsal) : fail(this.refusal);
  }

  clock(): ClockFacts {
    const now = instant(PUPPET_NOW + this.#offset);
    return {
      now,
      offset: millis(this.#offset),
      paused: this.clockPaused,
      due: this.dueList.map(({ in: wait, ...due }) => ({ ...due, at: instant(now + wait) })),
      moving: this.clockMoving,
    };
  }

  async advanceClock(duration: Millis, given?: AbortSignal): Promise<Result<ClockFacts, PlatformFailure>> {
    await this.onClockMove(given);
    this.#offset += duration;
    return ok(this.clock());
  }

  async advanceClockToNext(given?: AbortSignal): ReturnType<Platform["advanceClockToNext"]> {
    const [next] = this.dueList;
    if (next === undefined) return fail({ kind: "nothing-due" });
    const { in: wait, ...due } = next;
    const advanced = await this.advanceClock(millis(wait), given);
    return advanced.ok ? ok({ ...advanced.value, fired: { ...due, at: advanced.value.now } }) : advanced;
  }

  resetClock(offset = 0): void {
    this.#offset = offset;
  }

  pauseClock(): Result<ClockFacts, PlatformFailure> {
    this.clockPaused = true;
    return ok(this.clock());
  }

  resumeClock(): Result<ClockFacts, PlatformFailure> {
    this.clockPaused = false;
    return ok(this.clock());
  }

  /** `app[web.1]: text` */
  log(text: string): void {
    const [, source, process, rest = ""] = /^(app|heroku)\[([^\]]+)\]: (.*)$/.exec(text) ?? [];
    const line: LogLine = {
      at: instant(PUPPET_NOW + this.#lines.length),
      source: source === "heroku" ? "heroku" : "app",
      process: process ?? "web.1",
      text: rest,
    };
    this.#lines.push(line);
    for (const tail of this.#tails) if (matches(tail.filter, line)) tail.line(line, false);
  }

  recentLogs(filter: LogFilter, count: number): readonly LogLine[] {
    return count === 0 ? [] : this.#lines.filter((line) => matches(filter, line)).slice(-count);
  }

  tailLogs(filter: LogFilter, line: TailLine): Disposable {
    const tail = { filter, line };
    this.#tails.add(tail);
    this.asked.push("tail");
    return { [Symbol.dispose]: () => void this.#tails.delete(tail) };
  }

  get tails(): number {
    return this.#tails.size;
  }

  requestsUnderWay = 0;
  requestFacts: RequestFacts = {
    underWay: [],
    done: [],
    figures: { done: 0, statusClasses: {}, codes: {}, connect: undefined, service: undefined },
  };
  readonly requestWatchers: Set<RequestWatcher> = new Set<RequestWatcher>();

  requests(): RequestFacts {
    return this.requestFacts;
  }

  watchRequests(watcher: RequestWatcher): Disposable {
    this.requestWatchers.add(watcher);
    this.asked.push("watch requests");
    return { [Symbol.dispose]: () => void this.requestWatchers.delete(watcher) };
  }

  ready(): boolean {
    return this.isReady;
  }

  async settled(): Promise<void> {}

  async memory(): Promise<Bytes> {
    return mebibytes(80);
  }

  engine: EngineReport = {
    choice: "auto",
    passedOver: undefined,
    product: "Docker",
    version: "20.10.24",
    architecture: "amd64",
    limits: [{ limit: "cores", how: "partly", detail: "os.cpu_count() shows this machine's" }],
    means: {
      kind: "containers",
      apiVersion: "1.41",
      storage: "overlay2",
      cgroup: "1",
      swap: false,
      socket: "/var/run/docker.sock",
    },
  };

  get runsIn(): Platform["runsIn"] {
    return this.engine.means.kind;
  }

  async engineFacts(): ReturnType<Platform["engineFacts"]> {
    return this.refusal === undefined ? ok(this.engine) : fail(this.refusal);
  }

  get stack(): StackImages {
    const origin = this.runsIn === "processes" ? "machine" : "images";
    return {
      origin,
      lacking: async () =>
        origin === "machine" ? [{ program: "zstd", remedy: "apt-get install zstd" }] : [],
      minors: ["3.11", "3.13"],
      fetch: async (images) => ok(images),
      list: async () =>
        ok([
          {
            minor: "3.13",
            role: "build" as const,
            reference: origin === "machine" ? "/usr/bin/python3.13" : "dynosim/build:3.13",
            id: "sha256:1",
            size: bytes(734_003_200),
          },
          {
            minor: "3.13",
            role: "run" as const,
            reference: "dynosim/run:3.13",
            id: "sha256:2",
            size: bytes(104_857_600),
          },
        ]),
      build: async (minor, onProgress) => {
        this.asked.push({ buildImage: minor });
        onProgress(`Making the build image for Python ${minor}`);
        return this.refusal?.kind === "engine-unreachable" ? fail(this.refusal) : ok();
      },
      runFiles: async () => ok({ image: "sha256:1", libraries: [], programs: [] }),
      remove: async (minor) => ok(minor === "3.13"),
    };
  }

  unseen: CleanReport["unseen"] = [];

  async clean(options: CleanOptions): Promise<Result<CleanReport, PlatformFailure>> {
    this.asked.push({ clean: options });
    const cleaned = [
      { kind: "image", name: "dynosim/example:v3", size: bytes(10_485_760) },
      { kind: "network", name: "dynosim-example", size: undefined },
    ] as const;
    return ok({ cleaned, unseen: this.unseen });
  }

  requestDown(): void {
    this.asked.push("down");
    this.#down.resolve();
  }

  get downRequested(): Promise<void> {
    return this.#down.promise;
  }

  async killNow(): Promise<readonly DynoName[]> {
    this.asked.push("kill");
    this.#gone.resolve();
    return this.dynoList.map(({ name }) => name);
  }

  /** Set: disposal waits until somebody kills. */
  isStubborn = false;
  readonly #gone = Promise.withResolvers<void>();

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isStubborn) await this.#gone.promise;
    this.log("heroku[web.1]: Stopping all processes with SIGTERM");
    this.disposed = true;
  }

  async #act(what: unknown): Promise<Result<void, PlatformFailure>> {
    this.asked.push(what);
    return this.refusal === undefined ? ok() : fail(this.refusal);
  }
}

/** Echoes what it is sent, in capitals; `exit N` ends it, and so does the end of input (status 0). */
export class PuppetOneOff implements OneOff {
  readonly name: DynoName = "run.9157" as DynoName;
  readonly id: string = "00000000-0000-4000-8000-000000009157";
  readonly size: string = "Eco";
  readonly spec: OneOffSpec;
  readonly sizes: string[] = [];
  readonly hungUp: Promise<void>;
  isAttached = false;
  /** Resolve it, and the platform closes the connection. */
  readonly silence: PromiseWithResolvers<void> = Promise.withResolvers<void>();
  readonly #hangUp = Promise.withResolvers<void>();
  readonly #exit = Promise.withResolvers<number>();
  readonly #chunks: OutputChunk[] = [];
  #wake = Promise.withResolvers<void>();
  #isOver = false;

  constructor(spec: OneOffSpec) {
    this.spec = spec;
    this.hungUp = this.#hangUp.promise;
    const quick = /^exit (\d+)$/.exec(spec.command);
    this.#say("stdout", `hello from ${spec.command}\n`);
    if (quick !== null) {
      this.#say("stderr", "bye\n");
      this.#end(Number(quick[1]));
    }
  }

  get fellSilent(): Promise<void> {
    return this.silence.promise;
  }

  attached(): void {
    this.isAttached = true;
  }

  get exit(): Promise<number> {
    return this.#exit.promise;
  }

  get output(): AsyncIterable<OutputChunk> {
    return this.#read();
  }

  write(chunk: Uint8Array): void {
    const text = Buffer.from(chunk).toString("utf8");
    const status = /exit (\d+)/.exec(text)?.[1];
    this.#say("stdout", text.toUpperCase());
    if (status !== undefined) this.#end(Number(status));
  }

  endInput(): void {
    this.#end(0);
  }

  resize(columns: number, rows: number): void {
    this.sizes.push(`${columns}x${rows}`);
  }

  hangUp(): void {
    this.#hangUp.resolve();
    this.#end(129);
  }

  #say(stream: "stdout" | "stderr", text: string): void {
    this.#chunks.push({ stream, bytes: Buffer.from(text) });
    this.#wake.resolve();
  }

  #end(status: number): void {
    this.#isOver = true;
    this.#exit.resolve(status);
    this.#wake.resolve();
  }

  async *#read(): AsyncIterable<OutputChunk> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.#isOver) return;
      else {
        await this.#wake.promise;
        this.#wake = Promise.withResolvers<void>();
      }
    }
  }
}

function dyno(name: string, command: string, age: number): DynoFacts {
  const type = name.replace(/\.\d+$/, "") as ProcessName;
  return {
    id: `00000000-0000-4000-8000-${String(age).padStart(12, "0")}`,
    name: name as DynoName,
    type,
    size: ECO,
    command,
    state: "up",
    since: instant(PUPPET_NOW - age),
    releaseVersion: 4,
  };
}

const SLUG = {
  image: "sha256:0123" as ImageId,
  inputs: "abc",
  commit: undefined,
  pythonMinor: "3.13",
  buildpacks: ["heroku/python"],
  processTypes: { web: "gunicorn app:server" },
  size: bytes(48_000_000),
  checksum: "SHA256:00",
};

function release(version: number, description: string, status: Release["status"]): Release {
  return {
    id: `11111111-0000-4000-8000-${String(version).padStart(12, "0")}`,
    version,
    description,
    user: "me@example.com",
    createdAt: instant(PUPPET_NOW - 3_600_000 + version * 60_000),
    status,
    slug: undefined,
    configVars: { LANG: "en_US.UTF-8" },
  };
}

function neverNone(): never {
  throw new Error("a puppet without releases");
}
