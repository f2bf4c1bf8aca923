import type { DynoName } from "../heroku/names.ts";
import type { DynoPlan } from "./plan.ts";
import { WarmSpare } from "./warm-spare.ts";
import type { DynoWorld } from "./world.ts";

/** The one spare that a dyno may have. */
export class SparePlace {
  readonly #dyno: DynoName;
  readonly #world: DynoWorld;
  /** Called when a spare that was not wanted has gone. */
  readonly #onGone: () => void;
  readonly #leaving = new Set<WarmSpare>();
  #spare: WarmSpare | undefined;

  constructor(dyno: DynoName, world: DynoWorld, onGone: () => void) {
    this.#dyno = dyno;
    this.#world = world;
    this.#onGone = onGone;
  }

  /** Nothing of a spare is in the engine. */
  get empty(): boolean {
    return this.#spare === undefined && this.#leaving.size === 0;
  }

  /** Sees to it that there is one for this plan, or with undefined none. */
  hold(plan: DynoPlan | undefined): void {
    if (this.#spare?.plan !== plan) this.#discard();
    if (plan !== undefined) this.#spare ??= new WarmSpare(this.#dyno, plan, this.#world);
  }

  /** For a launch of this plan: the spare, which is now the caller's. One of another plan is thrown away. */
  take(plan: DynoPlan): WarmSpare | undefined {
    if (this.#spare?.plan !== plan) this.#discard();
    const spare = this.#spare;
    this.#spare = undefined;
    return spare;
  }

  #discard(): void {
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare === undefined) return;
    this.#leaving.add(spare);
    void spare.discard().finally(() => {
      this.#leaving.delete(spare);
      this.#onGone();
    });
  }
}
