import type { Millis } from "../kernel/units.ts";
import type { DynoConnection, Home } from "./dyno-connection.ts";
import type { DynoLife } from "./dyno-life.ts";

/**
 * Connections to dynos that wait for the next request, whoever sends it; the one used last goes first, so that what is
 * not needed grows old. They end quietly after 90 s (router.md L29), when the dyno closes them, when it says something
 * unasked (router.md 11.21), and with the life of the dyno.
 *
 * A dyno that closes first is found out before the next request is written, or it is not: what was written on a closing
 * connection is lost, the client hears H13 (heroku.md 3.6), and nothing is sent a second time.
 */
export class DynoPool implements Home {
  readonly #limit: Millis;
  readonly #idle = new Map<DynoLife, DynoConnection[]>();
  /** Those that wait for their own client: one for each at most. */
  readonly #owned = new Map<object, DynoConnection>();

  constructor(limit: Millis) {
    this.#limit = limit;
  }

  /** Undefined: a fresh one is needed. */
  take(life: DynoLife, client: object): DynoConnection | undefined {
    const own = this.#owned.size === 0 ? undefined : this.#owned.get(client);
    if (own?.life === life) {
      this.#owned.delete(client);
      if (own.isSound) return own;
      own.drop();
    }
    const idle = this.#idle.get(life);
    for (let last = idle?.at(-1); last !== undefined; last = idle?.at(-1)) {
      if (last.isSound) return idle?.pop();
      last.drop();
    }
    return undefined;
  }

  /** It has carried a request to its end, and can carry another. */
  give(connection: DynoConnection): void {
    if (!connection.isSound) return connection.drop();
    if (connection.owner !== undefined) return this.#keepFor(connection.owner, connection);
    const idle = this.#idle.get(connection.life);
    if (idle === undefined) this.#begin(connection);
    else idle.push(connection);
    connection.rest(this.#limit, this);
  }

  /** The client has left. */
  release(client: object): void {
    this.#owned.get(client)?.drop();
  }

  forget(connection: DynoConnection): void {
    const { owner } = connection;
    if (owner !== undefined && this.#owned.get(owner) === connection) this.#owned.delete(owner);
    const idle = this.#idle.get(connection.life) ?? [];
    const index = idle.indexOf(connection);
    if (index !== -1) idle.splice(index, 1);
  }

  /** A new life of a dyno: those that are over are forgotten now, so that a request need not look. */
  #begin(connection: DynoConnection): void {
    for (const life of this.#idle.keys()) if (life.gone) this.#idle.delete(life);
    this.#idle.set(connection.life, [connection]);
  }

  close(): void {
    for (const connection of this.#owned.values()) connection.drop();
    for (const idle of this.#idle.values())
      for (let last = idle.pop(); last !== undefined; last = idle.pop()) last.drop();
    this.#idle.clear();
  }

  #keepFor(client: object, connection: DynoConnection): void {
    this.#owned.get(client)?.drop();
    this.#owned.set(client, connection);
    connection.rest(this.#limit, this);
  }
}
