import type { Conversation } from "../dyno/conversation.ts";
import type { Dyno } from "../dyno/dyno.ts";
import type { OneOff, OneOffSpec } from "../dyno/one-off.ts";
import type { Phase } from "../dyno/state.ts";
import type { DynoWorld } from "../dyno/world.ts";
import type { Engine, EngineFacts, ExecSpec, StackImages } from "../engine/engine.ts";
import type { Formation } from "../formation/formation.ts";
import { formationFor } from "../formation/named-types.ts";
import type { Wanted } from "../formation/wanted.ts";
import { processTypeOf, RELEASE, type DynoName, type ImageId } from "../heroku/names.ts";
import type { LogLine } from "../heroku/log-line.ts";
import { STACK } from "../heroku/stacks.ts";
import type { MovableClock } from "../kernel/movable-clock.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import { Turns } from "../kernel/turns.ts";
import type { Bytes, Millis } from "../kernel/units.ts";
import type { Channel } from "../logplex/channel.ts";
import type { LogFilter } from "../logplex/filter.ts";
import { describePatch, patched } from "../release/config-vars.ts";
import type { Release } from "../release/release.ts";
import type { Slug } from "../release/slug.ts";
import type { Router } from "../router/router.ts";
import type { App } from "./app.ts";
import type { AppHours } from "./app-hours.ts";
import { ClockControl } from "./clock-control.ts";
import { build, deploy, formationLine, type DeployTools } from "./deploy.ts";
import { execIn } from "./exec.ts";
import { wantedOf } from "./dyno-types.ts";
import type { PlatformFailure } from "./failure.ts";
import { featuresOf, setFeature, type FeatureFacts } from "./features.ts";
import type { Onlookers } from "./onlookers.ts";
import type { OneOffs } from "./one-offs.ts";
import type {
  AppFacts,
  BuildOptions,
  Built,
  Cleaned,
  CleanOptions,
  ClockFacts,
  Deployed,
  DeployOptions,
  DynoFacts,
  DynoTarget,
  FormationEntry,
  FormationUpdate,
  HoursChange,
  HoursFacts,
  Platform,
} from "./platform.ts";
import { rehearseSleep, type SleepToRehearse } from "./rehearse/rehearse-sleep.ts";
import type { SleepRehearsal } from "./rehearse/sleep-rehearsal.ts";
import { httpVisitor } from "./rehearse/visit.ts";
import type { ReleaseOutputs } from "./release-output.ts";
import { hasReleasePhase, notRun, runReleasePhase } from "./release-phase.ts";
import { retryRelease } from "./retry-release.ts";
import { Unsettled } from "./unsettled.ts";
import { whyItIsNotWoken, whyItNeverSleeps } from "./sleep-refusals.ts";

/** What a platform is made of; put together in `open-platform.ts`. */
export interface Parts {
  readonly mode: "up" | "offline";
  readonly app: App;
  readonly engine: Engine & AsyncDisposable;
  readonly world: DynoWorld;
  readonly clock: MovableClock;
  readonly channel: Channel;
  readonly formation: Formation;
  readonly oneOffs: OneOffs;
  readonly hours: AppHours;
  readonly outputs: ReleaseOutputs;
  /** Sentences for people, beside the log. */
  readonly onNotice: (line: string) => void;
  readonly router: Router | undefined;
  readonly webUrl: string | undefined;
  readonly onlookers: Onlookers;
  /** The app's network is being made; nothing may start before. */
  readonly opening: Promise<Result<void, PlatformFailure>>;
  readonly deployTools: Pick<DeployTools, "slugFor">;
  readonly releasePhaseLimit: Millis;
  /** A moment of real time, after a dyno has started and before the platform clock is moved on. */
  readonly breathe: () => Promise<void>;
  readonly writeSlug: (image: ImageId, file: string) => Promise<Result<void, PlatformFailure>>;
  readonly clean: (options: CleanOptions) => Promise<Result<readonly Cleaned[], PlatformFailure>>;
  readonly version: string;
  readonly memory: () => Promise<Bytes>;
  /** Gives back what the composition root took: lock and engine. */
  readonly close: () => Promise<void>;
}

export class LocalPlatform implements Platform {
  readonly #parts: Parts;
  readonly #down = Promise.withResolvers<void>();
  /** Compilations share the app's cache, and releases its history: each one at a time. */
  readonly #builds = new Turns();
  readonly #releases = new Turns();
  readonly #rehearsals = new Turns();
  readonly #stackBuilds = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();
  readonly #unsettled: Unsettled;
  readonly #clock: ClockControl;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#unsettled = new Unsettled(parts.formation, parts.oneOffs, parts.world.realClock);
    this.#clock = new ClockControl(parts.clock, this.#unsettled, parts.breathe);
  }

  app(): AppFacts {
    const { app, hours, version, webUrl, world } = this.#parts;
    return {
      instance: app.state.instance,
      name: app.name,
      folder: app.folder,
      createdAt: app.state.createdAt,
      owner: app.user,
      era: app.era.name,
      switches: app.state.switches,
      stack: STACK,
      webUrl,
      controlUrl: undefined,
      slugSize: app.history.current?.slug?.size,
      processTier: hours.tier,
      enforcement: world.enforcement,
      dynosimVersion: version,
      pid: process.pid,
    };
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
      this.#storeFormation(wanted);
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

  configVars(): Readonly<Record<string, string>> {
    return this.#parts.app.state.configVars;
  }

  async setConfigVars(
    patch: Readonly<Record<string, string | null>>,
  ): Promise<Result<Readonly<Record<string, string>>, PlatformFailure>> {
    const { app } = this.#parts;
    if (Object.keys(patch).length === 0) return ok(app.state.configVars);
    return this.#releases.take(async () => {
      const next = patched(app.state.configVars, patch);
      if (!next.ok) return next;
      const released = await this.#release(describePatch(patch), app.history.current?.slug, next.value);
      return released.ok ? ok(next.value) : released;
    });
  }

  features(): readonly FeatureFacts[] {
    return featuresOf(this.#parts.app);
  }

  setFeature(name: string, enabled: boolean): Result<FeatureFacts, PlatformFailure> {
    return setFeature(this.#parts.app, name, enabled);
  }

  releases(): readonly Release[] {
    return this.#parts.app.history.releases;
  }

  rollback(version: number | undefined): Promise<Result<Release, PlatformFailure>> {
    const { app, engine } = this.#parts;
    return this.#releases.take(async () => {
      const target = app.history.rollbackTarget(version);
      if (!target.ok) return target;
      const { slug, configVars, version: former } = target.value;
      if (this.#isUp && slug !== undefined && !(await engine.hasImage(slug.image))) {
        return fail({ kind: "image-missing", image: slug.image });
      }
      return this.#release(`Rollback to v${former}`, slug, configVars);
    });
  }

  releaseOutput(release: Release): AsyncIterable<string> | undefined {
    return this.#parts.outputs.read(release);
  }

  retryRelease(version: number | undefined): Promise<Result<Release, PlatformFailure>> {
    const { app, engine } = this.#parts;
    return retryRelease(version, {
      app,
      engine,
      isUp: () => this.#isUp,
      inTurn: (work) => this.#releases.take(work),
      runReleasePhase: (release) => this.#runReleasePhase(release, () => {}),
      roll: (release) => this.#roll(release),
    });
  }

  deploy(options: DeployOptions): Promise<Result<Deployed, PlatformFailure>> {
    return deploy(this.#parts.app, this.#untilClosing(options), {
      slugFor: this.#slugFor,
      inTurn: (work) => this.#releases.take(work),
      opening: this.#parts.opening,
      runReleasePhase: (release, onLine) => this.#runReleasePhase(release, onLine),
      roll: (release) => this.#roll(release),
      scale: (formation, slug) => this.#wantFormation(formation, slug),
    });
  }

  async build(options: BuildOptions): Promise<Result<Built, PlatformFailure>> {
    const { app, engine, writeSlug } = this.#parts;
    const built = await build(app, this.#untilClosing(options), { slugFor: this.#slugFor });
    if (!built.ok) return built;
    const { slug, compiled } = built.value;
    const written = options.slugFile === undefined ? ok() : await writeSlug(slug.image, options.slugFile);
    // no release stands on it
    if (compiled) await engine.removeImage(slug.image);
    return written.ok ? built : written;
  }

  async run(spec: OneOffSpec): Promise<Result<OneOff, PlatformFailure>> {
    const { app, engine, oneOffs } = this.#parts;
    if (this.#closing.signal.aborted) return this.#notUp();
    const release = app.history.current;
    if (release?.slug === undefined) return fail({ kind: "nothing-deployed", app: app.name });
    if (!(await engine.hasImage(release.slug.image))) {
      return fail({ kind: "image-missing", image: release.slug.image });
    }
    const opened = await engine.openApp(app.label);
    return opened.ok ? oneOffs.run(release, spec) : opened;
  }

  async exec(dyno: string, spec: ExecSpec): Promise<Result<Conversation, PlatformFailure>> {
    if (!this.#isUp) return this.#notUp();
    const { formation, oneOffs, world } = this.#parts;
    return execIn([...formation.dynos(), ...oneOffs.dynos()], dyno, spec, world);
  }

  async idle(): Promise<Result<void, PlatformFailure>> {
    if (!this.#isUp) return this.#notUp();
    const { formation } = this.#parts;
    const sleepless = whyItNeverSleeps(formation);
    if (sleepless !== undefined) return fail(sleepless);
    formation.idle();
    return ok(await this.settled());
  }

  async wake(): Promise<Result<void, PlatformFailure>> {
    if (!this.#isUp) return this.#notUp();
    const { formation } = this.#parts;
    const sleepy = whyItIsNotWoken(formation);
    if (sleepy !== undefined) return fail(sleepy);
    formation.wake();
    return ok(await this.settled());
  }

  hours(): HoursFacts {
    return this.#parts.hours.read();
  }

  setHours(change: HoursChange): HoursFacts {
    return this.#parts.hours.set(change);
  }

  async rehearseSleep(asked: SleepToRehearse): Promise<Result<SleepRehearsal, PlatformFailure>> {
    const { app, formation, onlookers, webUrl, world } = this.#parts;
    if (!this.#isUp || webUrl === undefined) return this.#notUp();
    const { realClock: clock, random } = world;
    const visit = httpVisitor(webUrl, onlookers, clock, random);
    const tools = { formation, onlookers, visit, clock, era: app.era.name };
    return this.#rehearsals.take(() => rehearseSleep(asked, tools));
  }

  clock(): ClockFacts {
    return this.#clock.facts();
  }

  async advanceClock(duration: Millis, given?: AbortSignal): ReturnType<Platform["advanceClock"]> {
    if (!this.#isUp) return this.#notUp();
    const advanced = await this.#clock.advance(duration, this.#orClosing(given));
    this.#parts.hours.save();
    return this.#isUp ? advanced : this.#notUp();
  }

  async advanceClockToNext(given?: AbortSignal): ReturnType<Platform["advanceClockToNext"]> {
    if (!this.#isUp) return this.#notUp();
    const advanced = await this.#clock.advanceToNext(this.#orClosing(given));
    this.#parts.hours.save();
    return this.#isUp ? advanced : this.#notUp();
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

  tailLogs(filter: LogFilter, line: (line: LogLine) => void): Disposable {
    return this.#parts.channel.tail(filter, line);
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

  engineFacts(): Promise<Result<EngineFacts, PlatformFailure>> {
    return this.#parts.engine.facts();
  }

  get stack(): StackImages {
    const { stack } = this.#parts.engine;
    return {
      minors: stack.minors,
      list: () => stack.list(),
      remove: (minor) => stack.remove(minor),
      build: async (minor, onProgress, signal) => {
        const built = stack.build(minor, onProgress, this.#orClosing(signal));
        this.#stackBuilds.add(built);
        return built.finally(() => this.#stackBuilds.delete(built));
      },
    };
  }

  clean(options: CleanOptions): Promise<Result<readonly Cleaned[], PlatformFailure>> {
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
    await Promise.all([this.#builds.ended(), this.#releases.ended(), ...this.#stackBuilds]);
    this.#unsettled[Symbol.dispose]();
    await router?.close();
    await engine.closeApp(app.label, "running");
    await close();
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

  /** A release without a build. Its release phase runs when the app is up; offline there are no dynos to run it. */
  async #release(
    description: string,
    slug: Release["slug"],
    configVars: Readonly<Record<string, string>>,
  ): Promise<Result<Release, PlatformFailure>> {
    const phase = this.#isUp && hasReleasePhase({ slug });
    const created = this.#parts.app.release(description, slug, configVars, phase ? "pending" : "succeeded");
    if (!phase && hasReleasePhase({ slug })) this.#parts.onNotice(notRun(created));
    const released = phase ? await this.#runReleasePhase(created, () => {}) : ok(created);
    if (released.ok && slug !== undefined) this.#roll(released.value);
    return released;
  }

  #runReleasePhase(
    release: Release,
    onLine: (line: string) => void,
  ): Promise<Result<Release, PlatformFailure>> {
    const { app, oneOffs, channel, outputs, world, releasePhaseLimit: limit } = this.#parts;
    const { realClock } = world;
    return runReleasePhase(app, release, { oneOffs, channel, outputs, realClock, limit, onLine });
  }

  #roll(release: Release): void {
    if (!this.#isUp) return;
    const { app, formation } = this.#parts;
    formation.roll(release, app.state.formation, (type) => app.sizeOf(type));
  }

  /** Of the types of the slug that comes into force: the stored formation lacks new ones and still has old ones. */
  #wantFormation(formation: DeployOptions["formation"], slug: Slug): Result<void, PlatformFailure> {
    const types = Object.keys(slug.processTypes).filter((type) => type !== RELEASE);
    const wanted = formationFor(formation, wantedOf(this.#parts.app.state, types));
    if (!wanted.ok) return wanted;
    this.#storeFormation(wanted.value);
    return ok();
  }

  #storeFormation(wanted: readonly Wanted[]): void {
    const { app } = this.#parts;
    const entries = wanted.map(({ type, quantity, size }) => [type, { quantity, size: size.name }]);
    app.change({ formation: { ...app.state.formation, ...Object.fromEntries(entries) } });
  }
}

function dynoFacts(dyno: Dyno): DynoFacts {
  return {
    id: dyno.id,
    name: dyno.name,
    type: processTypeOf(dyno.name),
    size: dyno.plan.type,
    command: dyno.plan.command,
    state: psState(dyno.phase),
    since: dyno.since,
    releaseVersion: dyno.plan.releaseVersion,
  };
}

/** heroku.md 2.1: `ps` knows no `complete`, and shows a sleeping dyno as idle. */
function psState(phase: Phase): DynoFacts["state"] {
  return phase.kind === "complete" ? "down" : phase.kind;
}
