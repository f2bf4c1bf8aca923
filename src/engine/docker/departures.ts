import type Docker from "dockerode";
import { ignoring } from "./engine-trouble.ts";

/**
 * Containers on their way out. A big one takes a second to go, which nobody should wait for who only wants to go on;
 * whoever removes what they stand on does wait.
 */
export class Departures {
  readonly #leaving = new Set<Promise<void>>();

  /** `farewell`: to be done in it before. */
  leave(container: Docker.Container, farewell: () => Promise<unknown> = async () => {}): void {
    const gone: Promise<void> = farewell()
      .then(() => ignoring([404, 409], () => container.remove({ force: true, v: true })))
      // the engine is gone; a later start sweeps
      .catch(() => {})
      .finally(() => this.#leaving.delete(gone));
    this.#leaving.add(gone);
  }

  /** Resolves when all have gone that were leaving. */
  async over(): Promise<void> {
    await Promise.all(this.#leaving);
  }
}
