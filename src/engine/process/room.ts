import type { Owner } from "../app-label.ts";

/** The folder of one dyno, spare, one-off dyno or build, while it lives: `rooms/NAME-HEX`. */
export interface Room {
  /** Unique, absolute and without symbolic links: by this path the processes that live in it are known. */
  readonly folder: string;
  /** As `room.json` has it, from before the first process on. */
  readonly owner: Owner;
  readonly kind: "dyno" | "build";
}

/** What is in a room. */
export const IN_ROOM = {
  note: "room.json",
  /** Numbers of members that are not known by what they are. */
  strays: "strays.json",
  /** The dyno's copy of the slug, or where the layer over it is mounted; HOME. */
  app: "app",
  /** What a dyno that has a layer over the slug writes, and what the kernel needs beside it. */
  upper: "upper",
  work: "work",
  /** Its /tmp, where that can be private. */
  tmp: "tmp",
  /** Of a build that is not shut in: a link to the folder of the user's temp folder that its source is in. */
  build: "build",
  /** What it finds at /sys/fs/cgroup, or in place of it: the quota, for buildpacks' scripts. */
  cgroup: "cgroup",
  /** Programs that stand before the machine's own: nproc. */
  bin: "bin",
} as const;
