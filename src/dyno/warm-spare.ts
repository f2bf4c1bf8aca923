import type { Spare } from "../engine/engine.ts";
import type { Launched } from "../engine/launched.ts";
import type { DynoName } from "../heroku/names.ts";
import { between, uuid } from "../kernel/random.ts";
import { port, type Port } from "../kernel/units.ts";
import { GREATEST_PORT, LEAST_PORT } from "../heroku/limits.ts";
import { launchSpec, type DynoPlan } from "./plan.ts";
import type { DynoWorld } from "./world.ts";

/**
 * The container in which a sleeping dyno will wake, started while it sleeps: the request that wakes it waits for the
 * app's own boot, and not for the engine. It is fixed to one plan and one port, and nothing of the app runs in it. engine.md 7
 */
export class WarmSpare {
  readonly plan: DynoPlan;
  readonly port: Port | undefined;
  /** Of the life that will begin in it: it may be in its environment. heroku.md 5.2 */
  readonly id: string;
  readonly #prepared: Promise<Spare | undefined>;

  constructor(dyno: DynoName, plan: DynoPlan, world: DynoWorld) {
    this.plan = plan;
    this.port = newPort(plan, world);
    this.id = uuid(world.random);
    // One that cannot be had is no loss: the dyno is then launched as any other.
    this.#prepared = world.engine
      .prepare(launchSpec({ name: dyno, id: this.id, port: this.port }, plan, world.enforcement))
      .then((prepared) => (prepared.ok ? prepared.value : undefined));
  }

  /** The dyno's container, its command begun; undefined when there is none, or it has gone meanwhile. */
  async go(): Promise<Launched | undefined> {
    const spare = await this.#prepared;
    const launched = spare?.go();
    if (launched === undefined) await spare?.[Symbol.asyncDispose]();
    return launched;
  }

  /** It is not wanted. Resolves when nothing is left of it. */
  async discard(): Promise<void> {
    await (await this.#prepared)?.[Symbol.asyncDispose]();
  }
}

/** $PORT of the next life; undefined for all but web. heroku.md 5.2 */
export function newPort(plan: DynoPlan, { random }: DynoWorld): Port | undefined {
  return plan.web ? port(between(random, LEAST_PORT, GREATEST_PORT)) : undefined;
}
