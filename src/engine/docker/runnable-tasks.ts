import { readFile } from "node:fs/promises";
import { RUNNABLE, taskState } from "../proc/task-state.ts";
import type { HostView } from "./host-view.ts";
import type { TopInfo } from "./processes.ts";

/**
 * Tasks of the dyno that run or want to: what its load averages are made of. Tasks that end while they are looked at
 * count as not there. Undefined when the dyno has gone. heroku.md 4
 */
export async function runnableOnHost({ cgroup, memory }: HostView): Promise<number | undefined> {
  const list = cgroup === "1" ? "tasks" : "cgroup.threads";
  const text = await readFile(`${memory}/${list}`, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const ids = text.split("\n").filter((id) => id !== "");
  const states = await Promise.all(ids.map(stateOf));
  return states.filter((state) => state === RUNNABLE).length;
}

/** What of each task is asked from the engine's `ps`: 60 ms, where its machine is another one. */
export const TASKS: { readonly ps_args: string } = { ps_args: "-eLo pid,stat" };

export function runnableInTop({ Processes }: TopInfo): number {
  return (Processes ?? []).filter(([, stat]) => stat?.startsWith(RUNNABLE)).length;
}

async function stateOf(task: string): Promise<string | undefined> {
  return taskState(await readFile(`/proc/${task}/stat`, "utf8").catch(() => ""));
}
