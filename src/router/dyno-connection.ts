import type { HeadScanner } from "../http/head-scanner.ts";
import { responseHeadScanner, type StatusLine } from "../http/response-head.ts";
import type { Deadline, Deadlines, Timed } from "../kernel/deadlines.ts";
import type { Millis } from "../kernel/units.ts";
import type { Lease } from "./backends.ts";
import type { DynoLife } from "./dyno-life.ts";
import type { DynoSocket } from "./dyno-socket.ts";
import { responseHeadLimits } from "./head-limits.ts";
import type { RouterLimits } from "./limits.ts";

/** Who uses a connection to a dyno, and hears what happens on it. What it throws is contained, and comes as `bug`. */
export interface DynoUser {
  /** `bytes` are lent for the time of the call: `keep` them to have them longer. */
  fromDyno(bytes: Buffer): void;
  /** Once. `orderly`: the dyno has closed its side, and nothing was lost. */
  dynoEnded(orderly: boolean): void;
  /** All that was written has gone out. */
  dynoDrained(): void;
  /** It has no process left. What it had sent is still read, then it ends. */
  dynoGone(): void;
  bug(error: unknown): void;
}

/** What a connection is made with. */
export interface ConnectionParts {
  readonly deadlines: Deadlines;
  readonly limits: RouterLimits;
  readonly onBug: (error: unknown) => void;
}

/** Where a connection waits between requests. */
export interface Home {
  /** It has ended while it waited. */
  forget(connection: DynoConnection): void;
}

/**
 * One connection to one life of a dyno: used by one request after the other, idle in between. Its listeners are set once.
 *
 *   used ──rest──> idle ──use──> used ...      idle ──too long, the dyno ends, bytes that nobody asked for──> closed
 */
export class DynoConnection implements Timed {
  readonly life: DynoLife;
  readonly socket: DynoSocket;
  /** The client it serves from now on, and nobody else: the dyno may have something of that one left over. */
  owner: object | undefined = undefined;
  /** Of the answers, one after the other. */
  readonly head: HeadScanner<StatusLine>;
  readonly #deadline: Deadline;
  readonly #lastWords: Millis;
  readonly #onBug: (error: unknown) => void;
  readonly #lifeEnded = (): void => this.#gone();
  #user: DynoUser | undefined;
  #home: Home | undefined;

  /** The socket is connected, and nobody else listens to it. */
  constructor(socket: DynoSocket, lease: Lease, parts: ConnectionParts) {
    this.life = lease.life;
    this.socket = socket;
    this.head = responseHeadScanner(responseHeadLimits(parts.limits));
    this.#deadline = parts.deadlines.open();
    this.#lastWords = parts.limits.lastWords;
    this.#onBug = parts.onBug;
    lease.life.watch(this.#lifeEnded);
    socket.receive = (bytes) => this.#received(bytes);
    socket.on("end", () => this.#ended(true));
    socket.on("error", () => this.#ended(false));
    socket.on("close", () => {
      this.#deadline.close();
      this.life.unwatch(this.#lifeEnded);
      this.#ended(false);
    });
    socket.on("drain", () => this.#drained());
  }

  /** False: it would not carry another request. */
  get isSound(): boolean {
    const { socket } = this;
    return !this.life.gone && socket.writable && socket.readable && socket.writableLength === 0;
  }

  use(user: DynoUser): void {
    if (this.#home !== undefined) this.#deadline.stop();
    this.#home = undefined;
    this.#user = user;
    if (this.life.gone) this.#gone();
  }

  /** Nobody's for `limit` at most. */
  rest(limit: Millis, home: Home): void {
    this.#user = undefined;
    this.#home = home;
    this.head.reset();
    this.socket.lent.rest();
    this.socket.resume();
    this.#deadline.start(limit, this);
  }

  /** Ends it at once; nobody is told. */
  drop(): void {
    this.#leave();
    this.socket.destroy();
  }

  /** Ends it after what was written; nobody is told. */
  dropSoon(): void {
    this.#leave();
    this.socket.destroySoon();
  }

  timedOut(): void {
    if (this.#user === undefined) this.drop();
    else this.#ended(false);
  }

  #leave(): void {
    this.#user = undefined;
    this.#home?.forget(this);
    this.#home = undefined;
  }

  #received(bytes: Buffer): void {
    if (this.#user === undefined) return this.drop();
    if (this.life.gone) this.#deadline.touch();
    try {
      this.#user.fromDyno(bytes);
    } catch (error) {
      this.#bug(error, this.#user);
    }
  }

  #drained(): void {
    try {
      this.#user?.dynoDrained();
    } catch (error) {
      this.#bug(error, this.#user);
    }
  }

  /**
   * What is left of its answer is read, however slow the client is, and then it is over: whose network went with the
   * container says no goodbye, and a client that reads slowly would never let us hear one.
   */
  #gone(): void {
    if (this.#user === undefined) return this.drop();
    this.#deadline.start(this.#lastWords, this);
    try {
      this.#user.dynoGone();
    } catch (error) {
      this.#bug(error, this.#user);
    }
  }

  #ended(orderly: boolean): void {
    const user = this.#user;
    if (user === undefined) return this.drop();
    this.#user = undefined;
    try {
      user.dynoEnded(orderly);
    } catch (error) {
      this.#bug(error, user);
    }
  }

  #bug(error: unknown, user: DynoUser | undefined): void {
    this.drop();
    try {
      if (user === undefined) throw error;
      user.bug(error);
    } catch (another) {
      this.#onBug(another);
    }
  }
}
