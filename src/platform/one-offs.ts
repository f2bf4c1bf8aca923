import type { Dyno } from "../dyno/dyno.ts";
import { startOneOff, type OneOff, type OneOffSpec, type StartedOneOff } from "../dyno/one-off.ts";
import type { DynoWorld } from "../dyno/world.ts";
import type { ImageId } from "../heroku/names.ts";
import { DYNO_TYPES, dynoTypeNamed } from "../heroku/dyno-types.ts";
import { oneOffName, processName, type ProcessName } from "../heroku/names.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { Release } from "../release/release.ts";
import type { App } from "./app.ts";
import type { PlatformFailure } from "./failure.ts";

const RUN = "run" as ProcessName;

/** The one-off dynos of an app: `run`, and the release phase. heroku.md 8 */
export class OneOffs {
  readonly #app: App;
  readonly #world: DynoWorld;
  readonly #running = new Set<StartedOneOff>();
  readonly #watchers = new Set<() => void>();

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
    const size = spec.size === undefined ? this.#app.defaultSize : dynoTypeNamed(spec.size.toLowerCase());
    if (size === undefined) {
      return fail({ kind: "unknown-dyno-type", size: spec.size ?? "", known: Object.keys(DYNO_TYPES) });
    }
    const type = spec.type === undefined ? RUN : (processName(spec.type) ?? RUN);
    const started = startOneOff(
      oneOffName(type, this.#world.random),
      {
        label: this.#app.label,
        image: slug.image satisfies ImageId,
        releaseVersion: release.version,
        command: expand(spec.command, slug.processTypes),
        configVars: { ...release.configVars, ...spec.env },
        type: size,
        web: false,
        attach: spec.attach,
      },
      this.#world,
      () => this.#changed(),
    );
    this.#running.add(started);
    void started.gone.then(() => {
      this.#running.delete(started);
      this.#changed();
    });
    return ok(started);
  }

  /** `heroku run`: told in the API's line first. heroku.md 2.8 */
  run(release: Release, spec: OneOffSpec): Result<OneOff, PlatformFailure> {
    if (release.slug !== undefined) this.#app.tell(`Starting process with command \`${spec.command}\``);
    const started = this.start(release, spec);
    return started.ok ? ok(started.value.oneOff) : started;
  }

  /** Calls `changed` after each change of a one-off dyno, until the returned function is called. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
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

function expand(command: string, types: Readonly<Record<string, string>>): string {
  const [word = "", ...rest] = command.split(" ");
  return Object.hasOwn(types, word) ? [types[word], ...rest].join(" ") : command;
}
