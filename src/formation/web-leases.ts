import type { Dyno } from "../dyno/dyno.ts";
import type { Launched } from "../engine/launched.ts";
import type { Lease } from "../router/backends.ts";
import { DynoLife } from "../router/dyno-life.ts";

/** What the router is given of each life of a web dyno, made once and ended when the dyno's last process is gone. */
export class WebLeases {
  readonly #leases = new WeakMap<Launched, Lease>();
  readonly #onEnd: () => void;

  /** `onEnd`: a life has ended; its dyno may not have heard of it yet. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  /** Undefined while it cannot be connected to: it boots, or it was told to stop. One whose life has ended says so. */
  of(dyno: Dyno): Lease | undefined {
    const { container } = dyno;
    if (container?.address === undefined) return undefined;
    const known = this.#leases.get(container);
    if (known !== undefined) return known;
    const { host, port } = container.address;
    const life = new DynoLife();
    const lease: Lease = { dyno: dyno.name, life, host, port };
    this.#leases.set(container, lease);
    void container.exit.then(() => {
      life.end();
      this.#onEnd();
    });
    return lease;
  }
}
