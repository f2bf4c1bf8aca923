import { readFileSync } from "node:fs";
import { ROUTER_LIMITS } from "../router/limits.ts";

/**
 * Three quarters of what this process may have open go to clients. The rest is for connections to dynos, for the engine
 * and for the state on disk, which must be written whatever the clients do.
 */
const SHARE = 0.75;

/** How many connections the router takes: Heroku's figure, or what the limit on open files (`ulimit -n`) leaves room for. */
export function connectionsFor(openFiles: number | undefined): number {
  const most = ROUTER_LIMITS.connections.value;
  return openFiles === undefined ? most : Math.min(most, Math.floor(openFiles * SHARE));
}

/** Node raises the soft limit to the hard one when it starts; undefined where the system does not tell. */
export function openFilesLimit(): number | undefined {
  try {
    const limit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1]);
    return Number.isNaN(limit) ? undefined : limit;
  } catch {
    return undefined;
  }
}
