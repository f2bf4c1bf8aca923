import type { DynoExit, DynoProcess, Launched } from "../engine/launched.ts";
import type { Clock, Timer } from "../kernel/clock.ts";
import { between, millis, type Instant, type Millis } from "../kernel/units.ts";

/** What became of a dyno's processes from SIGTERM to the end of the last one. heroku.md 2.3 */
export interface ShutdownReport {
  /** Parents before their children; those that were there at SIGTERM, and those that began later. */
  readonly processes: readonly Leaver[];
  /** Undefined: the engine went away, and the status with it. */
  readonly status: number | undefined;
  /** From SIGTERM to the end of the dyno. */
  readonly lasted: Millis;
  /** SIGKILL was sent, as the time was over or somebody did not want to wait. */
  readonly killed: boolean;
}

export interface Leaver extends DynoProcess {
  /** From SIGTERM until it was first seen to be gone: a look later than it went. */
  readonly leftAfter: Millis;
  /** It was still there when SIGKILL was sent. */
  readonly killed: boolean;
  /** It began after SIGTERM had been sent. */
  readonly late: boolean;
}

/** Between two looks: close at first, as most leave at once, then some ten a second. */
const FIRST_PAUSE: Millis = millis(20);
const LONGEST_PAUSE: Millis = millis(100);
/** A look at many processes, or through the engine, takes its time: ten times that is left to others. */
const PAUSE_FOR_LOOK = 10;

interface Seen {
  readonly process: DynoProcess;
  readonly late: boolean;
  goneAt: Instant | undefined;
}

/** Looks at who is still there while a dyno leaves, and at no other time. */
export class ShutdownWatch {
  readonly #launched: Launched;
  readonly #clock: Clock;
  readonly #begun: Instant;
  readonly #seen = new Map<number, Seen>();
  #killedAt: Instant | undefined;
  #pause: Millis = FIRST_PAUSE;
  #next: Timer | undefined;
  #looks = 0;
  #over = false;

  /** To be made just before SIGTERM is sent: the first look is taken at once. */
  constructor(launched: Launched, clock: Clock) {
    this.#launched = launched;
    this.#clock = clock;
    this.#begun = clock.now();
    void this.#look();
  }

  /** To be called just before SIGKILL is sent. */
  killing(): void {
    this.#killedAt ??= this.#clock.now();
  }

  /** The dyno is gone: who was there a moment ago went with it. */
  end(exit: DynoExit): ShutdownReport {
    this.#over = true;
    this.#next?.cancel();
    const now = this.#clock.now();
    const since = (at: Instant): Millis => between(this.#begun, at);
    const processes = [...this.#seen.values()].map(({ process, late, goneAt = now }) => ({
      ...process,
      late,
      leftAfter: since(goneAt),
      killed: this.#killedAt !== undefined && goneAt >= this.#killedAt,
    }));
    return {
      processes: asTree(processes),
      status: exit.lost ? undefined : exit.status,
      lasted: since(now),
      killed: this.#killedAt !== undefined,
    };
  }

  async #look(): Promise<void> {
    const begun = this.#clock.now();
    const found = await this.#launched.processes();
    if (this.#over) return;
    // after SIGKILL all of them go at once: nothing is learned by looking on
    if (this.#killedAt !== undefined) return;
    if (found !== undefined) this.#compare(found);
    const took = between(begun, this.#clock.now());
    const pause = millis(Math.max(this.#pause, PAUSE_FOR_LOOK * took));
    this.#pause = millis(Math.min(this.#pause * 1.2, LONGEST_PAUSE));
    this.#next = this.#clock.after(pause, () => void this.#look());
  }

  #compare(found: readonly DynoProcess[]): void {
    const now = this.#clock.now();
    const alive = new Set(found.map(({ pid }) => pid));
    for (const [pid, seen] of this.#seen) if (!alive.has(pid)) seen.goneAt ??= now;
    const late = this.#looks++ > 0;
    for (const process of found) {
      const known = this.#seen.get(process.pid);
      // one that has become another program since (exec) is shown as it was when SIGTERM came
      if (known === undefined) this.#seen.set(process.pid, { process, late, goneAt: undefined });
    }
  }
}

/** Parents before their children, each family together; who has no parent here stands first. */
export function asTree<T extends Pick<DynoProcess, "pid" | "ppid">>(processes: readonly T[]): readonly T[] {
  const inOrder = processes.toSorted((a, b) => a.pid - b.pid);
  const pids = new Set(inOrder.map(({ pid }) => pid));
  const family = (one: T): T[] => [one, ...inOrder.filter(({ ppid }) => ppid === one.pid).flatMap(family)];
  return inOrder.filter(({ ppid }) => !pids.has(ppid)).flatMap(family);
}
