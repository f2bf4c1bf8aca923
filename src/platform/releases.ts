import type { DynoWorld } from "../dyno/world.ts";
import type { Engine } from "../engine/engine.ts";
import type { Formation } from "../formation/formation.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import { Turns } from "../kernel/turns.ts";
import type { Millis } from "../kernel/units.ts";
import type { Channel } from "../logplex/channel.ts";
import { describePatch, patched, type ConfigVars, type ConfigVarsPatch } from "../release/config-vars.ts";
import type { Release } from "../release/release.ts";
import type { ImageId } from "../heroku/names.ts";
import type { App } from "./app.ts";
import type { SlugFor } from "./compile.ts";
import { deploy, type DeployTools } from "./deploy.ts";
import type { PlatformFailure } from "./failure.ts";
import { missingSlug } from "./missing-slug.ts";
import type { OneOffs } from "./one-offs.ts";
import { dropOldSlugs, slugsToDrop } from "./kept-slugs.ts";
import type { Deployed, DeployOptions } from "./platform.ts";
import type { ReleaseOutputs } from "./release-output.ts";
import { runPostdeploy } from "./postdeploy.ts";
import { hasReleasePhase, notRun, runReleasePhase, type CommandTools } from "./release-phase.ts";
import { retryRelease } from "./retry-release.ts";

/** What releases are made with. */
export interface ReleaseTools {
  readonly app: App;
  readonly engine: Engine;
  readonly world: DynoWorld;
  readonly channel: Channel;
  readonly formation: Formation;
  readonly oneOffs: OneOffs;
  readonly outputs: ReleaseOutputs;
  readonly releasePhaseLimit: Millis;
  /** Sentences for people, beside the log. */
  readonly onNotice: (line: string) => void;
  readonly isUp: () => boolean;
}

/** The ways to a new release: deploy, config vars, rollback, retry. One at a time, for they share the app's history. */
export class Releases {
  readonly #tools: ReleaseTools;
  readonly #turns = new Turns();

  constructor(tools: ReleaseTools) {
    this.#tools = tools;
  }

  async deploy(
    options: DeployOptions,
    tools: Pick<DeployTools, "slugFor" | "opening">,
  ): Promise<Result<Deployed, PlatformFailure>> {
    const { app, engine, world } = this.#tools;
    let compiled: ImageId | undefined;
    const slugFor: SlugFor = async (...wanted) => {
      const found = await tools.slugFor(...wanted);
      if (found.ok && found.value.isNew) compiled = found.value.slug.image;
      return found;
    };
    const deployed = await deploy(app, options, {
      ...tools,
      slugFor,
      inTurn: (work) => this.#turns.take(work),
      runReleasePhase: (release, onLine) => this.#runReleasePhase(release, onLine),
      runPostdeploy: (release, command, onLine) =>
        runPostdeploy(this.#tools.app, release, command, this.#commandTools(), onLine),
      roll: (release) => this.#roll(release),
    });
    // what came between left a slug that no release has
    if (compiled !== undefined && !app.state.releases.some(({ slug }) => slug?.image === compiled))
      await engine.removeImage(compiled);
    // not awaited; in turn, so that nobody goes back to a slug that is being dropped
    if (deployed.ok && deployed.value.compiled)
      void this.#turns.take(() => dropOldSlugs(app, engine, world.platformClock.now()));
    return deployed;
  }

  async setConfigVars(patch: ConfigVarsPatch): Promise<Result<ConfigVars, PlatformFailure>> {
    const { app } = this.#tools;
    if (Object.keys(patch).length === 0) return ok(app.state.configVars);
    return this.#turns.take(async () => {
      const next = patched(app.state.configVars, patch);
      if (!next.ok) return next;
      const released = await this.#release(describePatch(patch), app.history.current?.slug, next.value);
      return released.ok ? ok(next.value) : released;
    });
  }

  rollback(version: number | undefined): Promise<Result<Release, PlatformFailure>> {
    const { app, engine, world, isUp } = this.#tools;
    return this.#turns.take(async () => {
      const target = app.history.rollbackTarget(version);
      if (!target.ok) return target;
      const { slug, configVars, version: former } = target.value;
      const missing = isUp() ? await missingSlug(target.value, engine) : undefined;
      if (missing !== undefined) {
        const dropped = slugsToDrop(app.state, app.history.current, world.platformClock.now());
        return fail(
          missing.kind === "image-missing" && slug !== undefined && dropped.includes(slug.image)
            ? { kind: "slug-not-kept", version: target.value.version }
            : missing,
        );
      }
      return this.#release(`Rollback to v${former}`, slug, configVars);
    });
  }

  retry(version: number | undefined): Promise<Result<Release, PlatformFailure>> {
    return retryRelease(version, {
      ...this.#tools,
      inTurn: (work) => this.#turns.take(work),
      runReleasePhase: (release) => this.#runReleasePhase(release, () => {}),
      roll: (release) => this.#roll(release),
    });
  }

  /** Resolves when every release asked for so far is made, or has failed. */
  ended(): Promise<void> {
    return this.#turns.ended();
  }

  /** A release without a build. Its release phase runs when the app is up; offline there are no dynos to run it. */
  async #release(
    description: string,
    slug: Release["slug"],
    configVars: ConfigVars,
  ): Promise<Result<Release, PlatformFailure>> {
    const phase = this.#tools.isUp() && hasReleasePhase({ slug });
    const created = this.#tools.app.release(description, slug, configVars, phase ? "pending" : "succeeded");
    if (!phase && hasReleasePhase({ slug })) this.#tools.onNotice(notRun(created));
    const released = phase ? await this.#runReleasePhase(created, () => {}) : ok(created);
    if (released.ok && slug !== undefined) this.#roll(released.value);
    return released;
  }

  #runReleasePhase(
    release: Release,
    onLine: (line: string) => void,
  ): Promise<Result<Release, PlatformFailure>> {
    const { app, outputs } = this.#tools;
    return runReleasePhase(app, release, { ...this.#commandTools(), outputs, onLine });
  }

  #commandTools(): CommandTools {
    const { oneOffs, channel, world, releasePhaseLimit: limit } = this.#tools;
    return { oneOffs, channel, realClock: world.realClock, limit };
  }

  #roll(release: Release): void {
    if (!this.#tools.isUp()) return;
    const { app, formation } = this.#tools;
    formation.roll(release, app.state.formation, (type) => app.sizeOf(type));
  }
}
