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
  /** Of the life that will begin in it: it may be in its environment. heroku.md 5.2 */
  readonly id: string;
  readonly #prepared: Promise<Spare | undefined>;
  readonly #world: DynoWorld;
  #port: Port | undefined;

  constructor(dyno: DynoName, plan: DynoPlan, world: DynoWorld) {
    this.plan = plan;
    this.#world = world;
    this.#port = newPort(plan, world);
    this.id = uuid(world.random);
    this.#prepared = this.#prepare(dyno);
  }

  get port(): Port | undefined {
    return this.#port;
  }

  /** The dyno's container, its command begun; undefined when there is none, or it or its port has gone meanwhile. */
  async go(): Promise<Launched | undefined> {
    const spare = await this.#prepared;
    const isGone = this.#world.engine.isFree !== undefined && (await isTaken(this.#port, this.#world));
    const launched = isGone ? undefined : spare?.go();
    if (launched === undefined) await spare?.[Symbol.asyncDispose]();
    return launched;
  }

  /** It is not wanted. Resolves when nothing is left of it. */
  async discard(): Promise<void> {
    await (await this.#prepared)?.[Symbol.asyncDispose]();
  }

  /** One that cannot be had is no loss: the dyno is then launched as any other. */
  async #prepare(dyno: DynoName): Promise<Spare | undefined> {
    const { engine, enforcement } = this.#world;
    if (engine.isFree !== undefined) this.#port = await freePort(this.#port, this.plan, this.#world);
    const prepared = await engine.prepare(
      launchSpec({ name: dyno, id: this.id, port: this.port }, this.plan, enforcement),
    );
    return prepared.ok ? prepared.value : undefined;
  }
}

/** So many in a row are taken on no machine that has one left. */
const TRIES = 100;

/** `port`, or another where somebody on this machine listens there. For engines whose dynos share its ports. */
export async function freePort(
  port: Port | undefined,
  plan: DynoPlan,
  world: DynoWorld,
): Promise<Port | undefined> {
  let candidate = port;
  for (let tried = 0; tried < TRIES && (await isTaken(candidate, world)); tried += 1)
    candidate = newPort(plan, world);
  return candidate;
}

async function isTaken(port: Port | undefined, { engine }: DynoWorld): Promise<boolean> {
  return port !== undefined && engine.isFree !== undefined && !(await engine.isFree(port));
}

/** $PORT of the next life; undefined for all but web. heroku.md 5.2 */
export function newPort(plan: DynoPlan, { random }: DynoWorld): Port | undefined {
  return plan.web ? port(between(random, LEAST_PORT, GREATEST_PORT)) : undefined;
}
