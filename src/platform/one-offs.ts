import type { Dyno } from "../dyno/dyno.ts";
import { startOneOff, type OneOff, type OneOffSpec, type StartedOneOff } from "../dyno/one-off.ts";
import type { DynoWorld } from "../dyno/world.ts";
import { commandsOf } from "../formation/plans.ts";
import { mayRunBeside } from "../formation/scaling-limits.ts";
import type { Target } from "../formation/target.ts";
import type { ImageId } from "../heroku/names.ts";
import { DYNO_TYPES, dynoTypeNamed, type DynoType } from "../heroku/dyno-types.ts";
import {
  oneOffName,
  processName,
  processTypeOf,
  RELEASE,
  type DynoName,
  type ProcessName,
} from "../heroku/names.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import { dynoMetadata } from "../release/dyno-metadata.ts";
import type { Release } from "../release/release.ts";
import type { App } from "./app.ts";
import { wantedOf } from "./dyno-types.ts";
import type { PlatformFailure } from "./failure.ts";
import { missingSlug } from "./missing-slug.ts";

const RUN = "run" as ProcessName;

/** The one-off dynos of an app: `run`, and the release phase. heroku.md 8 */
export class OneOffs {
  readonly #app: App;
  readonly #world: DynoWorld;
  readonly #running = new Set<StartedOneOff>();
  readonly #watchers = new Set<() => void>();
  #outOfHours = false;

  constructor(app: App, world: DynoWorld) {
    this.#app = app;
    this.#world = world;
  }

  dynos(): readonly Dyno[] {
    return [...this.#running].map(({ dyno }) => dyno);
  }

  /** Starts `spec` on a release; a process type as first word stands for its command. heroku.md 8 */
  start(release: Release, spec: OneOffSpec): Result<StartedOneOff, PlatformFailure> {
    const { slug } = release;
    if (slug === undefined) return fail({ kind: "nothing-deployed", app: this.#app.name });
    const sized = this.#sizeFor(spec);
    if (!sized.ok) return sized;
    const size = sized.value;
    const started = startOneOff(
      this.#freeName(spec.type === undefined ? RUN : (processName(spec.type) ?? RUN)),
      {
        label: this.#app.label,
        image: slug.image satisfies ImageId,
        releaseVersion: release.version,
        command: expand(spec.command, slug.processTypes),
        configVars: { ...release.configVars, ...spec.env },
        metadata: dynoMetadata(this.#app.label, release),
        type: size,
        web: false,
        attach: spec.attach,
      },
      this.#world,
      () => this.#changed(),
    );
    this.#running.add(started);
    this.#changed();
    void started.gone.then(() => {
      this.#running.delete(started);
      this.#changed();
    });
    return ok(started);
  }

  /** `heroku run`: told in the API's line first. heroku.md 2.8 */
  async run(spec: OneOffSpec): Promise<Result<OneOff, PlatformFailure>> {
    const { engine } = this.#world;
    const release = this.#app.history.current;
    if (release?.slug === undefined) return fail({ kind: "nothing-deployed", app: this.#app.name });
    const missing = await missingSlug(release, engine);
    if (missing !== undefined) return fail(missing);
    const opened = await engine.openApp(this.#app.label);
    if (!opened.ok) return opened;
    const size = this.#sizeFor(spec);
    if (!size.ok) return size;
    const allowed = mayRunBeside(size.value, wantedOf(this.#app.state, Object.keys(commandsOf(release))));
    if (!allowed.ok) return allowed;
    const room = this.#roomFor(size.value);
    if (!room.ok) return room;
    this.#app.tell(`Starting process with command \`${spec.command}\``);
    const started = this.start(release, spec);
    return started.ok ? ok(started.value.oneOff) : started;
  }

  /** False when it is about none of these. */
  stop(target: Target): boolean {
    const meant = this.dynos().filter(
      ({ name }) =>
        (target.kind === "dyno" && target.dyno === name) ||
        (target.kind === "type" && target.type === processTypeOf(name)),
    );
    for (const dyno of meant) dyno.stop();
    return meant.length > 0;
  }

  /**
   * No dyno hours are left, or there are some again: those of a type that shares the pool are stopped, and refused.
   * That they are refused is inferred; heroku.md 1.3 says that no dyno of the type runs.
   */
  ration(outOfHours: boolean): void {
    this.#outOfHours = outOfHours;
    if (!outOfHours) return;
    for (const dyno of this.dynos()) if (dyno.plan.type.sleeps && !dyno.outOfHours) dyno.hoursOut();
  }

  /** Calls `changed` after each change of a one-off dyno, until the returned function is called. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  #sizeFor({ size }: OneOffSpec): Result<DynoType, PlatformFailure> {
    const type = size === undefined ? this.#app.defaultSize : dynoTypeNamed(size.toLowerCase());
    if (type === undefined) {
      return fail({ kind: "unknown-dyno-type", size: size ?? "", known: Object.keys(DYNO_TYPES) });
    }
    return this.#outOfHours && type.sleeps ? fail({ kind: "hours-exhausted", size: type.label }) : ok(type);
  }

  /**
   * Most one-off dynos of a type at once. A release dyno neither counts nor is refused, or a forgotten shell would hold
   * back deploys; Heroku's pages do not say. heroku.md 1.2
   */
  #roomFor({ name, label, oneOffs: limit }: DynoType): Result<void, PlatformFailure> {
    const running = this.dynos()
      .filter((dyno) => dyno.plan.type.name === name && processTypeOf(dyno.name) !== RELEASE && !isOver(dyno))
      .map((dyno) => dyno.name);
    return running.length < limit ? ok() : fail({ kind: "one-off-limit", size: label, limit, running });
  }

  /** No two alike at once. */
  #freeName(type: ProcessName): DynoName {
    const taken = new Set(this.dynos().map((dyno) => dyno.name));
    let name = oneOffName(type, this.#world.random);
    while (taken.has(name)) name = oneOffName(type, this.#world.random);
    return name;
  }

  /** SIGTERM, or with `now` SIGKILL, to all; resolves when nothing of them is left. */
  async end(how: "gracefully" | "now"): Promise<void> {
    const all = [...this.#running];
    for (const { dyno } of all) {
      if (how === "now") await dyno.kill();
      else dyno.stop();
    }
    await Promise.all(all.map((one) => one.gone));
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

function isOver({ phase }: Dyno): boolean {
  return phase.kind === "complete";
}

function expand(command: string, types: Readonly<Record<string, string>>): string {
  const [word = "", ...rest] = command.split(" ");
  return Object.hasOwn(types, word) ? [types[word], ...rest].join(" ") : command;
}
