import { randomBytes } from "node:crypto";

/** Things that are reached by a URL nobody can guess, as Heroku's log and rendezvous URLs are. heroku-cli.md 3 */
export class Secrets<T> {
  readonly #things = new Map<string, T>();
  readonly #byKey = new Map<string, string>();

  /** Gives the secret. */
  keep(thing: T): string {
    const secret = newSecret();
    this.#things.set(secret, thing);
    return secret;
  }

  /** The same secret for the same thing, however often it is asked. */
  secretOf(key: string, thing: T): string {
    const secret = this.#byKey.get(key) ?? newSecret();
    this.#byKey.set(key, secret);
    this.#things.set(secret, thing);
    return secret;
  }

  find(secret: string): T | undefined {
    return this.#things.get(secret);
  }

  /** Gives it once: it cannot be found again. */
  take(secret: string): T | undefined {
    const thing = this.#things.get(secret);
    this.#things.delete(secret);
    return thing;
  }

  all(): readonly T[] {
    return [...this.#things.values()];
  }
}

export function newSecret(): string {
  return randomBytes(24).toString("base64url");
}
