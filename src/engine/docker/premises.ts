import type Docker from "dockerode";
import type { AppLabel } from "../app-label.ts";
import type { ExpectedDyno } from "../engine.ts";
import { leaveNetwork, makeNetwork, networkName, type NetworkUse } from "./app-network.ts";
import type { Maker } from "./labels.ts";
import { MadeOnce } from "./made-once.ts";
import { makeQuotaVolume } from "./quota-volume.ts";

/** What the dynos of an app share in the engine: networks, and what tells them their quota. Made when first wanted. */
export class Premises {
  readonly #docker: Docker;
  readonly #maker: Maker;
  readonly #networks = new MadeOnce<string>();
  readonly #volumes = new MadeOnce<string>();
  /** Networks on their way out. */
  readonly #leaving = new Map<string, Promise<void>>();

  constructor(docker: Docker, maker: Maker) {
    this.#docker = docker;
    this.#maker = maker;
  }

  /** Gives its name. */
  network(app: AppLabel, use: NetworkUse): Promise<string> {
    const key = `${app.instance} ${use}`;
    return this.#networks.get(key, async () => {
      await this.#leaving.get(key);
      return makeNetwork(this.#docker, app, use, this.#maker);
    });
  }

  /** Whoever wants the network next has it made anew. */
  leaveNetwork(app: AppLabel, use: NetworkUse, container: string): Promise<void> {
    const key = `${app.instance} ${use}`;
    this.#networks.forget(key);
    const left = leaveNetwork(this.#docker, networkName(app, use), container);
    this.#leaving.set(key, left);
    return left;
  }

  /** Gives its name. */
  quotaVolume(app: AppLabel, { image, quota, cores }: ExpectedDyno): Promise<string> {
    return this.#volumes.get(`${app.instance} ${quota} ${cores}`, () =>
      makeQuotaVolume(this.#docker, app, this.#maker, { quota, cores }, image),
    );
  }

  /** They are gone, or about to go: who wants them next has them made anew. */
  forget(app: AppLabel): void {
    this.#networks.forgetAll(app.instance);
    this.#volumes.forgetAll(app.instance);
  }
}
