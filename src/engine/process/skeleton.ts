import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Step } from "./seen.ts";

/** Those that every program may expect. */
export const DEVICES: readonly string[] = ["null", "zero", "full", "random", "urandom", "tty"].map(
  (name) => `/dev/${name}`,
);

/** Of every room: there /proc and /dev are made anew. (/dev/console is the terminal, if there is one.) */
const ALWAYS: readonly Part[] = [
  ...["/proc", "/dev", "/dev/pts", "/dev/shm"].map((at): Part => ({ kind: "folder", at })),
  ...[...DEVICES, "/dev/console"].map((at): Part => ({ kind: "file", at })),
  ...[
    ["fd", "/proc/self/fd"],
    ["stdin", "fd/0"],
    ["stdout", "fd/1"],
    ["stderr", "fd/2"],
    ["ptmx", "pts/ptmx"],
  ].map(([name, to]): Part => ({ kind: "link", at: `/dev/${name}`, to: `${to}` })),
];

/**
 * A tree of empty folders, empty files and links, to mount a room's parts on: the root of all rooms that have the same. Made
 * once, for to make it each time would take longer than all the rest. Gives its path.
 */
export function skeletonIn(folder: string, steps: readonly Step[]): string {
  const parts = [...ALWAYS, ...steps.flatMap(partOf)];
  const path = join(folder, createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16));
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const making = mkdtempSync(join(folder, "new-"));
  for (const part of parts) make(join(making, part.at), part);
  chmodSync(making, 0o755);
  try {
    renameSync(making, path);
  } catch (error) {
    // another dynosim of this user's made the same meanwhile
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(path)) throw error;
  }
  return path;
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
  if (part.kind === "link") symlinkSync(part.to, path);
  if (part.kind === "file") writeFileSync(path, "");
}
