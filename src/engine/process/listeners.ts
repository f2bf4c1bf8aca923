import { readdirSync, readlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Listener } from "../launched.ts";
import { parseSockets } from "../proc/listening.ts";
import { listenersByLsof } from "./lsof.ts";
import type { HostProcess, ProcessTable } from "./process-table.ts";

const SOCKET = /^socket:\[(\d+)\]$/;

/**
 * What the processes of one dyno listen on. Asked each 10 ms while it boots, and the kernel's list of sockets takes 20 ms
 * where there are some thousand connections: that is read only when a dyno has a socket of which it is not known what it is.
 */
export class Listeners {
  readonly #source: ProcessTable["source"];
  /** By inode; undefined for what is no listener and will be none: a connection, or no TCP at all. */
  #known: ReadonlyMap<string, Listener | undefined> = new Map();

  constructor(source: ProcessTable["source"]) {
    this.#source = source;
  }

  async of(members: readonly HostProcess[]): Promise<readonly Listener[]> {
    const pids = members.map(({ pid }) => pid);
    if (this.#source === "ps") return listenersByLsof(pids);
    const inodes = new Set(pids.flatMap(socketsOf));
    const known = new Map([...this.#known].filter(([inode]) => inodes.has(inode)));
    const unknown = [...inodes].some((inode) => !known.has(inode));
    for (const [inode, listener] of unknown ? await sockets() : [])
      if (inodes.has(inode)) known.set(inode, listener);
    this.#known = known;
    return [...known.values()].filter((listener) => listener !== undefined);
  }
}

/** Inodes; none of a process that is gone or of another user. */
function socketsOf(pid: number): readonly string[] {
  return namesIn(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return SOCKET.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Column of the inode, by table, of the sockets that are no TCP. */
const OTHERS = { unix: 6, udp: 9, udp6: 9, netlink: 9 } as const;

/** All that are bound or connected. What is merely open is in none of these tables, and may yet listen. */
async function sockets(): Promise<ReadonlyMap<string, Listener | undefined>> {
  const others = await Promise.all(
    Object.entries(OTHERS).map(async ([table, column]) =>
      (await tableOf(table)).split("\n").flatMap((line) => line.trim().split(/\s+/)[column] ?? []),
    ),
  );
  const tcp = await Promise.all(["tcp", "tcp6"].map(async (table) => parseSockets(await tableOf(table))));
  return new Map([
    ...others.flat().map((inode) => [inode, undefined] as const),
    ...tcp.flat().map(({ inode, listener }) => [inode, listener] as const),
  ]);
}

function tableOf(name: string): Promise<string> {
  return readFile(`/proc/net/${name}`, "utf8").catch(() => "");
}
