import { readFile } from "node:fs/promises";

/** What this machine's own /proc and cgroup files tell of a container, where the engine runs on this machine. */
export interface HostView {
  /** Path of the container's sockets: /proc/<pid>/net. */
  readonly net: string;
  /** Directory of the container's memory cgroup. */
  readonly memory: string;
  readonly cgroup: "1" | "2";
}

/**
 * Undefined unless proven: a pid from Docker Desktop, a remote engine or another namespace is some other process
 * here, or none, and then its cgroup does not name the container. engine.md 14
 */
export async function hostView(pid: number, containerId: string): Promise<HostView | undefined> {
  const text = await readFile(`/proc/${pid}/cgroup`, "utf8").catch(() => "");
  const group = memoryGroup(text);
  if (group === undefined || !group.path.includes(containerId)) return undefined;
  const root = group.cgroup === "1" ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup";
  return { net: `/proc/${pid}/net`, memory: `${root}${group.path}`, cgroup: group.cgroup };
}

/** From /proc/<pid>/cgroup: lines `4:memory:/docker/<id>` (v1), `0::/system.slice/docker-<id>.scope` (v2). */
export function memoryGroup(text: string): { readonly cgroup: "1" | "2"; readonly path: string } | undefined {
  const lines = text.split("\n").map((line) => /^\d+:([^:]*):(.*)$/.exec(line));
  const v1 = lines.find((match) => match?.[1]?.split(",").includes("memory"));
  if (v1?.[2] !== undefined) return { cgroup: "1", path: v1[2] };
  const v2 = lines.find((match) => match?.[1] === "");
  return v2?.[2] === undefined ? undefined : { cgroup: "2", path: v2[2] };
}
