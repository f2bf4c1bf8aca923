import type Docker from "dockerode";
import { ignoring, isUnreachable } from "./engine-trouble.ts";

/**
 * Containers on their way out. A big one takes a second to go, which nobody should wait for who only wants to go on;
 * whoever removes what they stand on does wait.
 */
export class Departures {
  readonly #leaving = new Set<Promise<void>>();
  /** Farewells that are not said yet, by where. */
  readonly #farewells = new Map<Promise<unknown>, string>();
  readonly #outOfReach = new Set<Docker.Container>();
  readonly #onOutOfReach: () => void;

  /** `onOutOfReach`: to be called when there is something for `reach` to do once the engine answers. */
  constructor(onOutOfReach: () => void) {
    this.#onOutOfReach = onOutOfReach;
  }

  /** `farewell`: to be done in it before. `place`: what it works on, for whoever comes there next. */
  leave(
    container: Docker.Container,
    farewell: () => Promise<unknown> = async () => {},
    place: string = container.id,
  ): void {
    const said: Promise<unknown> = farewell().finally(() => this.#farewells.delete(said));
    this.#farewells.set(said, place);
    const gone: Promise<void> = said
      .then(() => ignoring([404, 409], () => container.remove({ force: true, v: true })))
      // the engine is gone; a later start sweeps
      .catch(() => {})
      .finally(() => this.#leaving.delete(gone));
    this.#leaving.add(gone);
  }

  /** Resolves when the farewells at this place are said, well or not. */
  async cleared(place: string): Promise<void> {
    await Promise.allSettled([...this.#farewells].flatMap(([said, at]) => (at === place ? [said] : [])));
  }

  /** Could not be removed, for the engine does not answer: it may still run there. */
  outOfReach(container: Docker.Container): void {
    this.#outOfReach.add(container);
    this.#onOutOfReach();
  }

  /** Removes what was out of reach. Rejects when the engine still does not answer. */
  async reach(): Promise<void> {
    await Promise.all(
      [...this.#outOfReach].map(async (container) => {
        try {
          await container.remove({ force: true, v: true });
        } catch (error) {
          // whatever else the engine has against it, a later start sweeps
          if (isUnreachable(error)) throw error;
        }
        this.#outOfReach.delete(container);
      }),
    );
  }

  /** Resolves when all have gone that were leaving. */
  async over(): Promise<void> {
    await Promise.all(this.#leaving);
  }
}
