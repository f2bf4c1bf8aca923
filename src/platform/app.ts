import { randomUUID } from "node:crypto";
import type { AppLabel } from "../engine/app-label.ts";
import type { DynoType } from "../heroku/dyno-types.ts";
import { eraWith } from "../heroku/era-switches.ts";
import type { Era } from "../heroku/eras.ts";
import type { Emit } from "../heroku/events.ts";
import type { FeatureName } from "../heroku/features.ts";
import type { AppName } from "../heroku/names.ts";
import type { MovableClock } from "../kernel/movable-clock.ts";
import type { Instant } from "../kernel/units.ts";
import type { ConfigVars } from "../release/config-vars.ts";
import { History } from "../release/history.ts";
import type { Release, ReleaseStatus } from "../release/release.ts";
import type { Slug } from "../release/slug.ts";
import { defaultTypeOf, dynoTypeOf } from "./dyno-types.ts";
import type { State } from "./state.ts";
import type { Store } from "./store.ts";

/** The app as it is kept: its state, and the few ways in which that changes. Each change is saved before it is told. */
export class App {
  readonly folder: string;
  readonly #user: () => string;
  readonly #store: Store;
  readonly #clock: MovableClock;
  readonly #emit: Emit;
  #state: State;

  constructor(
    folder: string,
    user: () => string,
    state: State,
    store: Store,
    clock: MovableClock,
    emit: Emit,
  ) {
    this.folder = folder;
    this.#user = user;
    this.#state = { ...state, releases: new History(state.releases).afterKill.releases };
    this.#store = store;
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Who acts: git's user.email, else user@localhost. design.md 2 */
  get user(): string {
    return this.#user();
  }

  get state(): State {
    return this.#state;
  }

  get label(): AppLabel {
    return { instance: this.#state.instance, app: this.#state.name };
  }

  get name(): AppName {
    return this.#state.name;
  }

  get era(): Era {
    return eraWith(this.#state.era, this.#state.switches);
  }

  get history(): History {
    return new History(this.#state.releases);
  }

  get defaultSize(): DynoType {
    return defaultTypeOf(this.#state);
  }

  hasFeature(name: FeatureName): boolean {
    return this.#state.features.includes(name);
  }

  sizeOf(type: string): DynoType {
    return dynoTypeOf(this.#state, type);
  }

  /** Platform time. */
  now(): Instant {
    return this.#clock.now();
  }

  change(part: Partial<Omit<State, "version" | "instance" | "movedTo">>): void {
    this.#state = { ...this.#state, ...part, movedTo: this.#movedTo };
    this.#store.save(this.#state);
  }

  /** The clock was moved, or the app ends. Nobody waits for it: what the disk does not take now is saved with the next change. */
  keepTime(): void {
    try {
      if (this.#movedTo !== this.#state.movedTo) this.change({});
    } catch {
      // a full disk, or a folder of state that was removed under a running app
    }
  }

  /** Writes a line of `app[api]` on what the user did. heroku.md 2.8 */
  tell(text: string): void {
    this.tellResult(`${text} by user ${this.user}`);
  }

  /** Writes one on how that went, which names nobody. */
  tellResult(text: string): void {
    this.#emit({ kind: "api", at: this.#clock.now(), text });
  }

  /** The two releases that an app has before its first deploy; the log has the first one's lines the other way round. heroku.md 2.8 */
  create(): void {
    const { configVars } = this.#state;
    const first = this.#add("Initial release", undefined, configVars, "succeeded", undefined);
    this.tellRelease(first);
    this.tell(first.description);
    this.release("Enable Logplex", undefined, configVars, "succeeded");
  }

  /** The next release: saved, then told. Its dynos know of themselves what those of the current one do. */
  release(
    description: string,
    slug: Slug | undefined,
    configVars: ConfigVars,
    status: ReleaseStatus,
    metadata: Release["metadata"] = this.history.current?.metadata,
  ): Release {
    const release = this.#add(description, slug, configVars, status, metadata);
    this.tell(description);
    if (status === "succeeded") this.tellRelease(release);
    return release;
  }

  get #movedTo(): Instant | undefined {
    return this.#clock.offset > 0 ? this.#clock.now() : undefined;
  }

  #add(
    description: string,
    slug: Slug | undefined,
    configVars: ConfigVars,
    status: ReleaseStatus,
    metadata: Release["metadata"],
  ): Release {
    const release: Release = {
      id: randomUUID(),
      version: this.history.nextVersion,
      description,
      user: this.user,
      createdAt: this.#clock.now(),
      status,
      slug,
      configVars,
      metadata,
    };
    this.change({ releases: this.history.add(release).releases, configVars });
    return release;
  }

  tellRelease(release: Release): void {
    this.tell(`Release v${release.version} created`);
  }

  settle(release: Release, status: ReleaseStatus): Release {
    this.change({ releases: this.history.withStatus(release.version, status).releases });
    return { ...release, status };
  }
}
