import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, realpathSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { basename } from "node:path";
import { execa } from "execa";
import { placesIn, type Places } from "../../src/engine/process/places.ts";
import type { Room } from "../../src/engine/process/room.ts";
import { listRooms } from "../../src/engine/process/rooms.ts";

/** What this file's dynosim runs on; vitest.config.ts decides. */
export const ENGINE: "docker" | "process" =
  process.env["DYNOSIM_ENGINE"] === "process" ? "process" : "docker";

/** Where processes have their rooms: in the temp folder that is this file's own. */
export function processPlaces(): Places {
  return placesIn(realpathSync(tmpdir()));
}

/** What the engine holds of an app while it is up: containers, networks and volumes with its label, or rooms. */
export async function leftInEngine(instance: string): Promise<string[]> {
  return (await madeFor(instance)).map(({ name }) => name);
}

/** The same, and which dynosim made it. */
export async function madeFor(
  instance: string,
): Promise<readonly { readonly name: string; readonly pid: number }[]> {
  if (ENGINE === "process")
    return (await roomsOf(instance)).map(({ folder, owner }) => ({ name: basename(folder), pid: owner.pid }));
  const filter = ["--filter", `label=dynosim=${instance}`];
  const maker = '{{.Label "dynosim.pid"}}';
  const listed = await Promise.all([
    execa("docker", ["ps", "-a", ...filter, "--format", `{{.Names}} ${maker}`]),
    execa("docker", ["network", "ls", ...filter, "--format", `{{.Name}} ${maker}`]),
    execa("docker", [
      "volume",
      "ls",
      ...filter,
      "--filter",
      "label=dynosim.kind=quota",
      "--format",
      `{{.Name}} ${maker}`,
    ]),
  ]);
  return listed
    .flatMap(({ stdout }) => lines(stdout))
    .map((line) => {
      const [name = "", pid] = line.split(" ");
      return { name, pid: Number(pid) };
    });
}

/** Dynos of the app that have a container or a room; one that has ended is removed a little later. */
export async function living(instance: string): Promise<number> {
  if (ENGINE === "process") return (await roomsOf(instance)).length;
  const { stdout } = await execa("docker", ["ps", "-q", "--filter", `label=dynosim=${instance}`]);
  return lines(stdout).length;
}

/** The containers that the engine itself says it has started for the app, or the rooms that appear. */
export function started(instance: string): Disposable & { readonly ids: ReadonlySet<string> } {
  const ids = new Set<string>();
  if (ENGINE === "process") {
    const { rooms } = processPlaces();
    mkdirSync(rooms, { recursive: true, mode: 0o700 });
    const watcher = watch(rooms, (_, name) => {
      // a room is made under another name, until its note is written
      if (name !== null && !name.startsWith(".")) ids.add(name);
    });
    return { ids, [Symbol.dispose]: () => watcher.close() };
  }
  const filters = [`label=dynosim=${instance}`, "type=container", "event=start"];
  const events = spawn("docker", [
    "events",
    ...filters.flatMap((filter) => ["--filter", filter]),
    "--format",
    "{{.ID}}",
  ]);
  events.stdout.on("data", (text: Buffer) => {
    for (const id of lines(text.toString())) ids.add(id);
  });
  return { ids, [Symbol.dispose]: () => void events.kill() };
}

/** What the kernel itself says that the processes of a dyno hold, in bytes; shared pages counted once. */
export async function residentOf(instance: string, dyno: string): Promise<number> {
  if (ENGINE === "process") {
    const room = (await roomsOf(instance)).find(({ folder }) => basename(folder).includes(`-${dyno}-`));
    const pids = room === undefined ? [] : livingIn(room.folder);
    return pids.reduce((sum, pid) => sum + proportionalOf(pid), 0);
  }
  const filters = [`label=dynosim=${instance}`, `label=dynosim.dyno=${dyno}`];
  const { stdout: id } = await execa("docker", ["ps", "-q", ...filters.flatMap((one) => ["--filter", one])]);
  const { stdout: pid } = await execa("docker", ["inspect", "-f", "{{.State.Pid}}", id]);
  const path = /^\d+:memory:(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, "utf8"))?.[1] ?? "";
  const stat = readFileSync(`/sys/fs/cgroup/memory${path}/memory.stat`, "utf8");
  return Number(/^total_rss (\d+)$/m.exec(stat)?.[1]);
}

/**
 * Processes that name a folder: in what they were started with, or as something that is mounted for them. Not by the engine's
 * own ways of knowing, which are what is tested.
 */
export function livingIn(folder: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      ["environ", "cmdline", "mountinfo"].some((file) => {
        try {
          return readFileSync(`/proc/${pid}/${file}`, "utf8").includes(folder);
        } catch {
          // gone meanwhile
          return false;
        }
      }),
    )
    .map(Number);
}

function proportionalOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(/^Pss: +(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

async function roomsOf(instance: string): Promise<readonly Room[]> {
  return (await listRooms(processPlaces())).filter(({ owner }) => owner.instance === instance);
}

function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}
