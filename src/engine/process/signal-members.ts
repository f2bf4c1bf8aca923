import { sleep, type Clock } from "../../kernel/clock.ts";
import { after, millis, seconds, type Millis } from "../../kernel/units.ts";
import type { HostProcess, ProcessTable } from "./process-table.ts";

type Look = () => Promise<readonly HostProcess[]>;

/** Looks in one go: a fork bomb of 400 is held after three or four. */
const ROUNDS = 50;
/** What is killed goes within a millisecond or two, unless the kernel is in the middle of something for it. */
const PAUSE: Millis = millis(5);
const PATIENCE: Millis = seconds(5);
/**
 * For the newborn, and before each look: a parent in the middle of a fork ends it, and only then gets the signal; on a machine
 * that is busy it waits for its turn meanwhile.
 */
const PAUSES: readonly Millis[] = [0, 5, 15, 40, 90].map(millis);

/**
 * Stops them all first, until nobody new is found: what stands still does not fork, and nobody takes over for another who is
 * killed. Then kills them. Resolves when all are gone, or after some seconds of waiting.
 */
export function killAll(look: Look, table: Pick<ProcessTable, "kill">, clock: Clock): Promise<void> {
  return killThose(() => stopAll(look, table), table, clock);
}

/**
 * Kills whom it finds, again until nobody is there: for those with whom all others end. It gives up when the same have been
 * there for some seconds.
 */
export async function killThose(look: Look, table: Pick<ProcessTable, "kill">, clock: Clock): Promise<void> {
  let before = "";
  let until = clock.now();
  for (;;) {
    const found = await look();
    if (found.length === 0) return;
    const now = found.map(identity).join();
    if (now !== before) until = after(clock.now(), PATIENCE);
    else if (clock.now() >= until) return;
    before = now;
    for (const one of found) table.kill(one, "SIGKILL");
    await sleep(clock, PAUSE);
  }
}

async function stopAll(look: Look, table: Pick<ProcessTable, "kill">): Promise<readonly HostProcess[]> {
  const stopped = new Set<string>();
  let members: readonly HostProcess[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    members = await look();
    const fresh = members.filter((member) => !stopped.has(identity(member)));
    if (fresh.length === 0) break;
    for (const member of fresh) {
      table.kill(member, "SIGSTOP");
      stopped.add(identity(member));
    }
  }
  return members;
}

/**
 * Sends another signal than SIGKILL. Who is new after that was either born while it was sent, or started by a member because
 * of it. The first kind is orphaned, for a parent that does nothing about the signal is dead; the second has its parent.
 */
export async function tellAll(
  name: NodeJS.Signals,
  look: Look,
  table: Pick<ProcessTable, "kill">,
  clock: Clock,
): Promise<void> {
  const told = new Set<string>();
  for (const pause of PAUSES) {
    if (pause > 0) await sleep(clock, pause);
    const members = await look();
    if (members.length === 0) return;
    const pids = new Set(members.map(({ pid }) => pid));
    const fresh = members.filter((member) => !told.has(identity(member)));
    const missed = pause === 0 ? fresh : fresh.filter(({ ppid }) => !pids.has(ppid));
    for (const member of eldersFirst(missed)) {
      table.kill(member, name);
      told.add(identity(member));
    }
  }
}

/**
 * The kernel reaches all of a room at one moment. We go one by one: a shell whose child is told first would take the child's
 * end for the end of its turn, and go on with the next command.
 */
function eldersFirst(members: readonly HostProcess[]): readonly HostProcess[] {
  const parents = new Map(members.map(({ pid, ppid }) => [pid, ppid]));
  const depth = (pid: number): number => {
    let ancestors = 0;
    // a list is of one moment; still, a number that comes back must not hold us
    for (let at = parents.get(pid); at !== undefined && ancestors < members.length; at = parents.get(at))
      ancestors += 1;
    return ancestors;
  };
  return members
    .map((member) => ({ member, depth: depth(member.pid) }))
    .toSorted((one, other) => one.depth - other.depth)
    .map(({ member }) => member);
}

function identity({ pid, started }: HostProcess): string {
  return `${pid} ${started}`;
}
