import type { Conversation } from "../dyno/conversation.ts";
import type { OneOff, OneOffSpec } from "../dyno/one-off.ts";
import type { DynoWorld } from "../dyno/world.ts";
import type { EngineFailure } from "../engine/failure.ts";
import type { ExecSpec } from "../engine/launched.ts";
import type { ImagePair, StackImages } from "../engine/stack-images.ts";
import type { DynoName, ImageId } from "../heroku/names.ts";
import type { LogLine } from "../heroku/log-line.ts";
import type { MovableClock } from "../kernel/movable-clock.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import { Turns } from "../kernel/turns.ts";
import type { Bytes, Millis } from "../kernel/units.ts";
import type { LogFilter } from "../logplex/filter.ts";
import { changedSinceBuild } from "../release/build-config.ts";
import type { ConfigVars, ConfigVarsPatch } from "../release/config-vars.ts";
import type { Release } from "../release/release.ts";
import type { Router } from "../router/router.ts";
import { NO_IMAGE } from "../slug/weigh-slug.ts";
import { appFacts, type FactSources } from "./app-facts.ts";
import { buildpacksOf, setBuildpacks, type BuildpackFacts } from "./app-buildpacks.ts";
import type { AppHours } from "./app-hours.ts";
import { passedOverNotice } from "./choose-engine.ts";
import { ClockControl } from "./clock-control.ts";
import { build, formationLine, type DeployTools } from "./deploy.ts";
import { addDomain, domainsOf, removeDomain, type DomainFacts } from "./domains.ts";
import { dynoFacts } from "./dyno-facts.ts";
import { execIn } from "./exec.ts";
import type { PlatformFailure } from "./failure.ts";
import { featuresOf, setFeature, type FeatureFacts } from "./features.ts";
import type { Onlookers } from "./onlookers.ts";
import type {
  AppFacts,
  BuildOptions,
  Built,
  CleanOptions,
  CleanReport,
  ClockFacts,
  Deployed,
  DeployOptions,
  DynoFacts,
  DynoTarget,
  EngineChoice,
  EngineReport,
  FormationEntry,
  FormationUpdate,
  HoursChange,
  HoursFacts,
  Platform,
  RequestFacts,
  RequestWatcher,
  TailLine,
  WatchEvents,
  Watching,
} from "./platform.ts";
import type { SleepToRehearse } from "./rehearse/rehearse-sleep.ts";
import type { SleepRehearsal } from "./rehearse/sleep-rehearsal.ts";
import { Releases, type ReleaseTools } from "./releases.ts";
import { SleepControl } from "./sleep-control.ts";
import { SourceWatch } from "./source-watch.ts";
import { StackBuilds } from "./stack-builds.ts";
import { storeFormation } from "./stored-formation.ts";
import type { Traffic } from "./traffic/traffic.ts";
import { Unsettled } from "./unsettled.ts";

/** What a platform is made of; put together in `open-platform.ts`. */
export interface Parts extends Omit<ReleaseTools, "isUp">, FactSources {
  readonly mode: "up" | "offline";
  readonly world: DynoWorld;
  readonly clock: MovableClock;
  readonly hours: AppHours;
  readonly router: Router | undefined;
  readonly traffic: Traffic;
  readonly onlookers: Onlookers;
  /** The app's network is being made; nothing may start before. */
  readonly opening: Promise<Result<void, PlatformFailure>>;
  readonly deployTools: Pick<DeployTools, "slugFor">;
  /** Config vars may have changed: those that name pages are looked at. */
  readonly lookAtPages: () => void;
  /** A moment of real time, after a dyno has started and before the platform clock is moved on. */
  readonly breathe: () => Promise<void>;
  readonly writeSlug: (image: ImageId, file: string) => Promise<Result<void, PlatformFailure>>;
  readonly engineChoice: EngineChoice;
  /** Why it is not the container engine, where that was tried first. */
  readonly passedOver: EngineFailure | undefined;
  readonly clean: (options: CleanOptions) => Promise<Result<CleanReport, PlatformFailure>>;
  readonly memory: () => Promise<Bytes>;
  /** Gives back what the composition root took: lock and engine. */
  readonly close: () => Promise<void>;
}

export class LocalPlatform implements Platform {
  readonly #parts: Parts;
  readonly #down = Promise.withResolvers<void>();
  readonly #releases: Releases;
  /** Compilations share the app's cache: one at a time. */
  readonly #builds = new Turns();
  readonly #stack: StackBuilds;
  readonly #closing = new AbortController();
  readonly #unsettled: Unsettled;
  readonly #clock: ClockControl;
  readonly #sleep: SleepControl;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#unsettled = new Unsettled(parts.formation, parts.oneOffs, parts.world.realClock);
    this.#stack = new StackBuilds(parts.engine.stack, (signal) => this.#orClosing(signal));
    this.#releases = new Releases({ ...parts, isUp: () => this.#isUp });
    this.#clock = new ClockControl(parts.clock, this.#unsettled, parts.breathe);
    this.#sleep = new SleepControl(parts, () => this.settled());
  }

  app(): AppFacts {
    return appFacts(this.#parts);
  }

  dynos(): readonly DynoFacts[] {
    const { formation, oneOffs } = this.#parts;
    return [...formation.dynos(), ...oneOffs.dynos()].map(dynoFacts);
  }

  formation(): readonly FormationEntry[] {
    return this.#parts.formation.entries();
  }

  async scale(
    updates: readonly FormationUpdate[],
  ): Promise<Result<readonly FormationEntry[], PlatformFailure>> {
    const { app, formation } = this.#parts;
    if (!this.#isUp) return this.#notUp();
    return formation.scale(updates, (wanted) => {
      storeFormation(app, wanted);
      const slug = formation.release?.slug;
      if (slug !== undefined) app.tell(`Scaled to ${formationLine(app, slug)}`);
    });
  }

  async restart(target: DynoTarget): Promise<Result<void, PlatformFailure>> {
    return this.#isUp ? this.#parts.formation.restart(target) : this.#notUp();
  }

  async stop(target: DynoTarget): Promise<Result<void, PlatformFailure>> {
    const { formation, oneOffs } = this.#parts;
    if (oneOffs.stop(target)) return ok();
    return this.#isUp ? formation.restart(target) : this.#notUp();
  }

  configVars(): ConfigVars {
    return this.#parts.app.state.configVars;
  }

  async setConfigVars(patch: ConfigVarsPatch): Promise<Result<ConfigVars, PlatformFailure>> {
    const set = await this.#releases.setConfigVars(patch);
    this.#parts.lookAtPages();
    return set;
  }

  features(): readonly FeatureFacts[] {
    return featuresOf(this.#parts.app);
  }

  setFeature(name: string, enabled: boolean): Result<FeatureFacts, PlatformFailure> {
    return setFeature(this.#parts.app, name, enabled);
  }

  setMaintenance(on: boolean): void {
    if (this.#parts.app.state.maintenance !== on) this.#parts.app.change({ maintenance: on });
  }

  domains(): readonly DomainFacts[] {
    return domainsOf(this.#parts.app);
  }

  addDomain(hostname: string): Result<DomainFacts, PlatformFailure> {
    return addDomain(this.#parts.app, hostname);
  }

  removeDomain(hostname: string): Result<DomainFacts, PlatformFailure> {
    return removeDomain(this.#parts.app, hostname);
  }

  buildpacks(): readonly BuildpackFacts[] {
    return buildpacksOf(this.#parts.app);
  }

  setBuildpacks(references: readonly string[]): Result<readonly BuildpackFacts[], PlatformFailure> {
    return setBuildpacks(this.#parts.app, references);
  }

  setStackImages(stackImages: ImagePair | undefined): void {
    this.#parts.app.change({ stackImages });
  }

  releases(): readonly Release[] {
    return this.#parts.app.history.releases;
  }

  changedSinceBuild({ slug, configVars }: Release): readonly string[] {
    return slug?.config === undefined ? [] : changedSinceBuild(slug.config, configVars);
  }

  rollback(version: number | undefined): Promise<Result<Release, PlatformFailure>> {
    return this.#releases.rollback(version);
  }

  releaseOutput(release: Release): AsyncIterable<string> | undefined {
    return this.#parts.outputs.read(release);
  }

  retryRelease(version: number | undefined): Promise<Result<Release, PlatformFailure>> {
    return this.#releases.retry(version);
  }

  deploy(options: DeployOptions): Promise<Result<Deployed, PlatformFailure>> {
    return this.#releases.deploy(this.#untilClosing(options), {
      slugFor: this.#slugFor,
      opening: this.#parts.opening,
    });
  }

  watch(options: DeployOptions, { treeHash }: Pick<Deployed, "treeHash">, events: WatchEvents): Watching {
    const { app, world } = this.#parts;
    const deploy = (signal: AbortSignal): ReturnType<Platform["deploy"]> =>
      this.deploy({ ...options, signal });
    const { folder } = app;
    return new SourceWatch(
      { folder, choice: options.source, clock: world.realClock, deploy, events },
      treeHash,
    );
  }

  async build(options: BuildOptions): Promise<Result<Built, PlatformFailure>> {
    const { app, engine, writeSlug } = this.#parts;
    // no release will stand on it; an archive is read from an image
    const isKept = options.slugFile !== undefined;
    const built = await build(app, this.#untilClosing({ ...options, isKept }), { slugFor: this.#slugFor });
    if (!built.ok) return built;
    const { slug, compiled } = built.value;
    const written = options.slugFile === undefined ? ok() : await writeSlug(slug.image, options.slugFile);
    if (compiled && slug.image !== NO_IMAGE) await engine.removeImage(slug.image);
    return written.ok ? built : written;
  }

  async run(spec: OneOffSpec): Promise<Result<OneOff, PlatformFailure>> {
    return this.#closing.signal.aborted ? this.#notUp() : this.#parts.oneOffs.run(spec);
  }

  async exec(dyno: string, spec: ExecSpec): Promise<Result<Conversation, PlatformFailure>> {
    if (!this.#isUp) return this.#notUp();
    const { formation, oneOffs, world } = this.#parts;
    return execIn([...formation.dynos(), ...oneOffs.dynos()], dyno, spec, world);
  }

  async idle(): Promise<Result<void, PlatformFailure>> {
    return this.#isUp ? this.#sleep.idle() : this.#notUp();
  }

  async wake(): Promise<Result<void, PlatformFailure>> {
    return this.#isUp ? this.#sleep.wake() : this.#notUp();
  }

  hours(): HoursFacts {
    return this.#parts.hours.read();
  }

  setHours(change: HoursChange): HoursFacts {
    return this.#parts.hours.set(change);
  }

  async rehearseSleep(asked: SleepToRehearse): Promise<Result<SleepRehearsal, PlatformFailure>> {
    const { webUrl } = this.#parts;
    return this.#isUp && webUrl !== undefined ? this.#sleep.rehearse(asked, webUrl) : this.#notUp();
  }

  clock(): ClockFacts {
    return this.#clock.facts();
  }

  async advanceClock(duration: Millis, given?: AbortSignal): ReturnType<Platform["advanceClock"]> {
    if (!this.#isUp) return this.#notUp();
    return this.#moved(await this.#clock.advance(duration, this.#orClosing(given)));
  }

  async advanceClockToNext(given?: AbortSignal): ReturnType<Platform["advanceClockToNext"]> {
    if (!this.#isUp) return this.#notUp();
    return this.#moved(await this.#clock.advanceToNext(this.#orClosing(given)));
  }

  pauseClock(): Result<ClockFacts, PlatformFailure> {
    return this.#isUp ? ok(this.#clock.pause()) : this.#notUp();
  }

  resumeClock(): Result<ClockFacts, PlatformFailure> {
    return this.#isUp ? ok(this.#clock.resume()) : this.#notUp();
  }

  recentLogs(filter: LogFilter, count: number): readonly LogLine[] {
    return this.#parts.channel.recent(filter, count);
  }

  tailLogs(filter: LogFilter, line: TailLine, atOnce?: boolean): Disposable {
    return this.#parts.channel.tail(filter, line, atOnce);
  }

  requests(): RequestFacts {
    return this.#parts.traffic.facts();
  }

  watchRequests(watcher: RequestWatcher): Disposable {
    return this.#parts.traffic.watch(watcher);
  }

  get requestsUnderWay(): number {
    return this.#parts.router?.inFlight ?? 0;
  }

  ready(): boolean {
    return this.#isUp && this.#parts.formation.ready;
  }

  async settled(): Promise<void> {
    await this.#unsettled.end(this.#closing.signal);
  }

  memory(): Promise<Bytes> {
    return this.#parts.memory();
  }

  get runsIn(): Platform["runsIn"] {
    return this.#parts.engine.name === "process" ? "processes" : "containers";
  }

  async engineFacts(): Promise<Result<EngineReport, PlatformFailure>> {
    const { engine, engineChoice: choice, passedOver } = this.#parts;
    const facts = await engine.facts();
    if (!facts.ok) return facts;
    return ok({
      ...facts.value,
      choice,
      passedOver: passedOver && passedOverNotice(passedOver),
    });
  }

  get stack(): StackImages {
    return this.#stack.images;
  }

  clean(options: CleanOptions): Promise<Result<CleanReport, PlatformFailure>> {
    return this.#parts.clean(options);
  }

  requestDown(): void {
    this.#down.resolve();
  }

  get downRequested(): Promise<void> {
    return this.#down.promise;
  }

  async killNow(): Promise<readonly DynoName[]> {
    const { formation, oneOffs } = this.#parts;
    const names = [...(await formation.kill()), ...oneOffs.dynos().map((dyno) => dyno.name)];
    await oneOffs.end("now");
    return names;
  }

  /** Dynos first, with their 30 s; the router answers until they are gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { app, engine, formation, oneOffs, router, opening, close } = this.#parts;
    this.#closing.abort();
    await Promise.all([formation.shutdown(), oneOffs.end("gracefully"), opening]);
    await Promise.all([this.#builds.ended(), this.#releases.ended(), this.#stack.ended()]);
    this.#unsettled[Symbol.dispose]();
    app.keepTime();
    await router?.close();
    await engine.closeApp(app.label, "running");
    await close();
  }

  #moved<T>(moved: Result<T, PlatformFailure>): Result<T, PlatformFailure> {
    this.#parts.hours.save();
    this.#parts.app.keepTime();
    return this.#isUp ? moved : this.#notUp();
  }

  get #isUp(): boolean {
    return this.#parts.mode === "up" && !this.#closing.signal.aborted;
  }

  readonly #slugFor: DeployTools["slugFor"] = (...wanted) =>
    this.#builds.take(() => this.#parts.deployTools.slugFor(...wanted));

  /** Who ends the app does not wait for a compiler. */
  #untilClosing<T extends BuildOptions>(options: T): T {
    return { ...options, signal: this.#orClosing(options.signal) };
  }

  #orClosing(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
  }

  #notUp(): Result<never, PlatformFailure> {
    return fail({ kind: "not-up", app: this.#parts.app.name });
  }
}
