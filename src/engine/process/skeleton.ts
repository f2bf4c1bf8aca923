import { createHash } from "node:crypto";
import { chmodSync, existsSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Step } from "./seen.ts";

/** Those that every program may expect. */
export const DEVICES: readonly string[] = ["null", "zero", "full", "random", "urandom", "tty"]
  .map((name) => `/dev/${name}`)
  .filter((at) => existsSync(at));

/**
 * Parts of /proc that are the machine's and not a process's. The kernel lets root write there by who it is, whatever it may in
 * its namespaces.
 */
export const KERNEL_SETTINGS: readonly string[] = ["sys", "sysrq-trigger", "irq", "bus", "fs"]
  .map((name) => `/proc/${name}`)
  .filter((at) => existsSync(at));

export const DEVICE_LINKS: readonly (readonly [at: string, to: string])[] = [
  ["/dev/fd", "/proc/self/fd"],
  ["/dev/stdin", "fd/0"],
  ["/dev/stdout", "fd/1"],
  ["/dev/stderr", "fd/2"],
];

/** Of every room: there /proc and /dev are made anew. (/dev/console is the terminal, if there is one.) */
const ALWAYS: readonly Part[] = [
  ...["/proc", "/dev", "/dev/pts", "/dev/shm"].map((at): Part => ({ kind: "folder", at })),
  ...[...DEVICES, "/dev/console"].map((at): Part => ({ kind: "file", at })),
  ...DEVICE_LINKS.map(([at, to]): Part => ({ kind: "link", at, to })),
  { kind: "link", at: "/dev/ptmx", to: "pts/ptmx" },
];

/**
 * A tree of empty folders, empty files and links, to mount a room's parts on: the root of all rooms that have the same. Kept,
 * for to make it each time would take longer than all the rest; what has been swept away of it is made again. Gives its path.
 */
export function skeletonIn(folder: string, steps: readonly Step[]): string {
  const parts = [...ALWAYS, ...steps.flatMap(partOf)];
  const path = join(folder, createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16));
  for (const part of parts) if (!isThere(join(path, part.at))) make(join(path, part.at), part);
  chmodSync(path, 0o755);
  return path;
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

type Part =
  | { readonly kind: "folder" | "file"; readonly at: string }
  | { readonly kind: "link"; readonly at: string; readonly to: string };

function partOf(step: Step): Part[] {
  switch (step.kind) {
    case "folder":
      return [{ kind: "folder", at: step.at }];
    case "link":
      return [{ kind: "link", at: step.at, to: step.to }];
    case "bind":
      return step.point === "made" ? [{ kind: step.isFolder ? "folder" : "file", at: step.at }] : [];
    case "memory":
    case "overlay":
      return step.point === "made" ? [{ kind: "folder", at: step.at }] : [];
  }
}

function make(path: string, part: Part): void {
  mkdirSync(part.kind === "folder" ? path : dirname(path), { recursive: true });
  if (part.kind === "file") writeFileSync(path, "");
  if (part.kind === "link") linkTo(path, part.to);
}

function linkTo(path: string, to: string): void {
  try {
    symlinkSync(to, path);
  } catch (error) {
    // another dynosim of this user's was faster
    if (!isThere(path)) throw error;
  }
}
