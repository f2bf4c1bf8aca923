import type { Clock, Timer } from "../../kernel/clock.ts";
import { between, bytes, millis, seconds, type Bytes, type Millis } from "../../kernel/units.ts";
import type { OomVictim } from "../launched.ts";
import type { Census, CensusTaker } from "./census.ts";
import { machineTasks } from "./machine-tasks.ts";
import type { Members } from "./members.ts";
import { memoryOf } from "./memory.ts";
import type { HostProcess } from "./process-table.ts";

/** From one look to the next: the longest that a dyno may be over a limit unseen. */
const EVERY: Millis = seconds(1);
/** A look may take so much of the time: `ps` on a machine with many processes takes longer, and is then asked less often. */
const MOST_SHARE = 1 / 50;
/**
 * Between looks the machine's number of tasks is read, which costs next to nothing. A fork bomb that makes 1000 processes in a
 * second is held at some 300: when so many have come, it is time for a look. One that doubles is faster than any look: the
 * kernel has to stop it, by its limit for a user or by the numbers that the tree has (pid-ceiling.ts).
 */
const PEEK: Millis = millis(100);
const MANY = 128;

/** A room with limits. A callback comes once, and ends it: SIGKILL to all, as the kernel does where it can count. */
export interface Watched {
  readonly members: Members;
  /** Processes and threads that it may have. heroku.md 1.1 */
  readonly processes: number;
  /** Where R15 stands. */
  readonly killAt: Bytes;
  overProcesses(seen: number): void;
  /** `victim`: the greatest of its processes. */
  outOfMemory(victim: OomVictim): void;
}

export interface WatchOptions {
  readonly census: CensusTaker;
  readonly clock: Clock;
  /** The machine's number of tasks; undefined where it is not told. */
  readonly peek?: () => number | undefined;
}

/** Looks at all rooms once a second, in one go. With no room there it looks at nothing. */
export class Watch implements Disposable {
  readonly #census: CensusTaker;
  readonly #clock: Clock;
  readonly #peek: () => number | undefined;
  readonly #rooms = new Set<Watched>();
  #timer: Timer | undefined;
  #isLooking = false;
  /** At the last look. */
  #tasks: number | undefined;

  constructor({ census, clock, peek = machineTasks }: WatchOptions) {
    this.#census = census;
    this.#clock = clock;
    this.#peek = peek;
  }

  /** Until the returned is disposed of. */
  add(room: Watched): Disposable {
    this.#rooms.add(room);
    if (this.#timer === undefined && !this.#isLooking) this.#wait(EVERY);
    return { [Symbol.dispose]: () => this.#leave(room) };
  }

  [Symbol.dispose](): void {
    this.#rooms.clear();
    this.#rest();
  }

  #leave(room: Watched): void {
    this.#rooms.delete(room);
    if (this.#rooms.size === 0) this.#rest();
  }

  #rest(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #wait(left: Millis): void {
    const nap = millis(Math.min(left, PEEK));
    this.#timer = this.#clock.after(nap, () => {
      const rest = millis(left - nap);
      if (rest <= 0 || this.#isCrowded()) void this.#look();
      else this.#wait(rest);
    });
  }

  #isCrowded(): boolean {
    const now = this.#peek();
    this.#tasks ??= now;
    return now !== undefined && this.#tasks !== undefined && now - this.#tasks > MANY;
  }

  async #look(): Promise<void> {
    this.#timer = undefined;
    this.#isLooking = true;
    const begun = this.#clock.now();
    // no process or file is left to look with: the next look may have one
    const census = await this.#census.take().catch(() => undefined);
    this.#tasks = this.#peek();
    if (census !== undefined) await Promise.all([...this.#rooms].map((room) => this.#judge(room, census)));
    this.#isLooking = false;
    const took = between(begun, this.#clock.now());
    if (this.#rooms.size > 0) this.#wait(millis(Math.max(EVERY, took / MOST_SHARE)));
  }

  async #judge(room: Watched, census: Census): Promise<void> {
    const members = room.members.among(census);
    const tasks = sum(members, (member) => member.tasks);
    if (tasks > room.processes) return this.#end(room, () => room.overProcesses(tasks));
    // only who is over it by the rough figure is looked at closely; what is swapped out, the dyno's own sampler sees
    if (sum(members, ({ resident }) => resident) <= room.killAt) return;
    const memory = await memoryOf(
      members.filter(({ isZombie }) => !isZombie),
      this.#census.table.source,
    );
    if (memory === undefined || memory.rss + (memory.swap ?? 0) <= room.killAt) return;
    const greatest = members.reduce((one, other) => (other.resident > one.resident ? other : one));
    this.#end(room, () => room.outOfMemory({ command: greatest.name, rss: bytes(greatest.resident) }));
  }

  #end(room: Watched, tell: () => void): void {
    // it may have left while it was looked at
    if (!this.#rooms.delete(room)) return;
    tell();
  }
}

function sum(members: readonly HostProcess[], of: (member: HostProcess) => number): number {
  return members.reduce((total, member) => total + of(member), 0);
}
