import type { Clock } from "../../kernel/clock.ts";
import type { Census, CensusTaker } from "./census.ts";
import type { Members } from "./members.ts";
import type { HostProcess } from "./process-table.ts";
import { killAll, tellAll } from "./signal-members.ts";
import type { Identities, StrayNote } from "./stray-note.ts";

export interface KinOptions {
  /** What HOME is for those who live in the room, and for nobody else; "" where they are not known by it. */
  readonly home: string;
  /** The room's first process; undefined for one that another dynosim left behind. */
  readonly root: number | undefined;
  readonly census: CensusTaker;
  /** For pauses while the killed go. */
  readonly clock: Clock;
  /** Of those that HOME does not tell of; undefined: nobody else asks for them. */
  readonly strays?: StrayNote;
}

/**
 * The members of a room that is not shut: those who descend from its first process, those in sessions and process groups that
 * one of them leads or led, and those that carry the room's HOME in their environment. By the last a process is found that
 * left by a double fork and setsid between two looks; and if it threw its environment away (`env -i`), by the folder that it is
 * in.
 *
 * What is lost: who does that within one pause between looks, with another HOME, or with none and in another folder. And on macOS
 * the environment of the system's own programs cannot be read, nor folders.
 */
export class Kin implements Members {
  readonly #options: KinOptions;
  /** Start times by pid. Who was seen once stays known when its parent goes and it becomes init's child. */
  #known: Identities;
  /** Sessions and groups of members: start time of the leader by its pid, which is their number, too. */
  readonly #led: Map<number, string> = new Map();
  /** Begun in the room, and not yet seen. */
  #begun: number[];

  constructor(options: KinOptions) {
    this.#options = options;
    this.#begun = options.root === undefined ? [] : [options.root];
    this.#known = options.strays?.load() ?? new Map();
  }

  adopt(pid: number): void {
    this.#begun.push(pid);
  }

  among(census: Census): readonly HostProcess[] {
    const found = new Map<number, HostProcess>();
    const queue = [...this.#stillThere(census), ...this.#atHome(census)];
    for (const id of this.#led.keys()) queue.push(...this.#followers(id, census));
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (found.has(next.pid) || next.pid === process.pid) continue;
      found.set(next.pid, next);
      queue.push(...(census.byParent.get(next.pid) ?? []));
      if (next.group === next.pid || next.session === next.pid) {
        this.#led.set(next.pid, next.started);
        queue.push(...this.#followers(next.pid, census));
      }
    }
    this.#known = identities([...found.values()]);
    this.#noteStrays(census);
    return [...found.values()];
  }

  async list(): Promise<readonly HostProcess[]> {
    return this.among(await this.#options.census.take()).filter(({ isZombie }) => !isZombie);
  }

  async signal(name: NodeJS.Signals): Promise<void> {
    const { census, clock } = this.#options;
    const look = (): Promise<readonly HostProcess[]> => this.list();
    await (name === "SIGKILL"
      ? killAll(look, census.table, clock)
      : tellAll(name, look, census.table, clock));
  }

  /** Whose HOME it is; and who has none, but is in it. */
  #atHome({ byHome, byFolder }: Census): readonly HostProcess[] {
    const { home } = this.#options;
    if (home === "") return [];
    const inside = [...byFolder].filter(([folder]) => folder === home || folder.startsWith(`${home}/`));
    return [...(byHome.get(home) ?? []), ...inside.flatMap(([, processes]) => processes)];
  }

  #noteStrays({ byHome }: Census): void {
    const { home, strays } = this.#options;
    const atHome = new Set(byHome.get(home)?.map(({ pid }) => pid));
    strays?.keep(new Map([...this.#known].filter(([pid]) => !atHome.has(pid))));
  }

  #stillThere({ byPid }: Census): HostProcess[] {
    const there = [...this.#known].flatMap(([pid, started]) => {
      const process = byPid.get(pid);
      return process?.started === started ? [process] : [];
    });
    // its number cannot be another's at the first look: its parent, this process, has not yet heard of its end
    const begun = this.#begun.flatMap((pid) => byPid.get(pid) ?? []);
    this.#begun = [];
    return [...there, ...begun];
  }

  /**
   * Who is in the session or group of that number. The kernel gives a number to nobody else while one of them is there; a
   * leader with another start time leads others.
   */
  #followers(id: number, { byPid, bySession, byGroup }: Census): readonly HostProcess[] {
    const followers = [...(bySession.get(id) ?? []), ...(byGroup.get(id) ?? [])];
    const leader = byPid.get(id);
    if (followers.length > 0 && (leader === undefined || leader.started === this.#led.get(id)))
      return followers;
    this.#led.delete(id);
    return [];
  }
}

function identities(processes: readonly HostProcess[]): Identities {
  return new Map(processes.map(({ pid, started }) => [pid, started]));
}
