import { chmod, mkdir, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { BASE_PATH } from "../dyno-runner.ts";
import { shownFiles, type Shown } from "../shown-quota.ts";
import type { Confinement, Surroundings } from "./confinement.ts";
import { IN_ROOM, type Room } from "./room.ts";

/** Where a dyno finds its quota; and where most machines have the program that counts cores. */
const CGROUP = "/sys/fs/cgroup";
const NPROC = "/usr/bin/nproc";

/** Puts into a room what shows its dyno another machine than this one: quota, cores, an empty /tmp. */
export async function furnish({ folder }: Room, shown: Shown): Promise<void> {
  const cgroup = join(folder, IN_ROOM.cgroup);
  const nproc = join(folder, IN_ROOM.bin, "nproc");
  await Promise.all([
    ...shownFiles(shown).map(({ path, content }) => writeNew(join(cgroup, path), content)),
    writeNew(nproc, `#!/bin/sh\necho ${shown.cores}\n`).then(() => chmod(nproc, 0o755)),
    mkdir(join(folder, IN_ROOM.tmp)),
  ]);
}

/** Where those who are shut in find it. */
export function furniture({ folder }: Room, confinement: Confinement): Surroundings["binds"] {
  if (!confinement.isShut) return [];
  const nproc = { from: join(folder, IN_ROOM.bin, "nproc"), at: NPROC, writable: false };
  return [
    { from: join(folder, IN_ROOM.cgroup), at: CGROUP, writable: false },
    { from: join(folder, IN_ROOM.tmp), at: "/tmp", writable: true },
    ...(existsSync(NPROC) ? [nproc] : []),
  ];
}

/** $PATH as Heroku has it; where nothing can lie over nproc, ours stands before it. */
export function pathIn({ folder }: Room, confinement: Confinement): string {
  return confinement.isShut ? BASE_PATH : `${join(folder, IN_ROOM.bin)}:${BASE_PATH}`;
}

async function writeNew(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
