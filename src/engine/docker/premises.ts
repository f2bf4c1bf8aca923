import type Docker from "dockerode";
import type { AppLabel } from "../app-label.ts";
import type { ExpectedDyno } from "../engine.ts";
import { makeNetwork, type NetworkUse } from "./app-network.ts";
import type { Maker } from "./labels.ts";
import { MadeOnce } from "./made-once.ts";
import { makeQuotaVolume } from "./quota-volume.ts";

/** What the dynos of an app share in the engine: networks, and what tells them their quota. Made when first wanted. */
export class Premises {
  readonly #docker: Docker;
  readonly #maker: Maker;
  readonly #networks = new MadeOnce<string>();
  readonly #volumes = new MadeOnce<string>();

  constructor(docker: Docker, maker: Maker) {
    this.#docker = docker;
    this.#maker = maker;
  }

  /** Gives its name. */
  network(app: AppLabel, use: NetworkUse): Promise<string> {
    return this.#networks.get(`${app.instance} ${use}`, () =>
      makeNetwork(this.#docker, app, use, this.#maker),
    );
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
