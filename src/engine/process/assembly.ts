import { dirname } from "node:path";
import type { Seen, Step } from "./seen.ts";
import { quoted } from "./shell-words.ts";
import { DEVICES, KERNEL_SETTINGS } from "./skeleton.ts";
import type { Tools } from "./tools.ts";

/** What the script calls, by whole paths. */
export type AssemblyTool = "mkdir" | "mount" | "umount" | "pivot_root" | "readlink";
export type AssemblyTools = Tools<AssemblyTool>;

export const ASSEMBLY_TOOLS: readonly AssemblyTool[] = ["mkdir", "mount", "umount", "pivot_root", "readlink"];

/** A step of the room's own. */
type Mount = Exclude<Step, { kind: "folder" | "link" }>;

export interface Assembly {
  readonly seen: Seen;
  /** Folders and files to mount things on. */
  readonly skeleton: string;
  /** An empty folder, over which the room is built; seen so in these namespaces only. */
  readonly stage: string;
  readonly tools: AssemblyTools;
}

/**
 * The shell text that builds the room and makes it the root of everything. It runs as the first process of new namespaces, with
 * all capabilities over them. Few programs are started, for each costs a millisecond: what can be mounted in one go is written
 * down for `mount -a`. (fstab(5))
 *
 * A bind takes over the flags of what it is taken from. So what is to be written to is mounted first, then everything is made
 * read-only (in these namespaces), mounts below others too, and then the machine is mounted, with that. What `mount` cannot do
 * in one go on some machine, the last loop does one by one, and goes no further when a mount stays writable: unless the way to it
 * is closed to this user, in there as out here, of which nobody need hear in the log of an app.
 */
export function assembly({ seen: { machine, own: steps }, skeleton, stage, tools }: Assembly): string {
  const { umount, pivot_root, readlink } = tools;
  const mount = mountBy(tools);
  const own = steps.filter((step) => step.kind !== "folder" && step.kind !== "link");
  const first = own.filter((step) => step.point === "made" && isOpened(step));
  const second = own.filter((step) => step.point !== "within" && !isOpened(step));
  const late = own.filter((step) => !first.includes(step) && !second.includes(step));
  const before = [row(skeleton, stage, "rbind"), ...first.map((step) => rowOf(step, stage))];
  const after = [
    ...machine.flatMap((step) => (step.kind === "bind" ? [rowOf(step, stage)] : [])),
    ...DEVICES.map((at) => row(at, stage + at, "bind")),
    row("proc", `${stage}/proc`, "nosuid,nodev,noexec", "proc"),
    ...KERNEL_SETTINGS.map((at) => row(stage + at, stage + at, "bind,ro")),
    row("devpts", `${stage}/dev/pts`, "nosuid,noexec,newinstance,ptmxmode=0666,mode=620", "devpts"),
    row("shm", `${stage}/dev/shm`, "nosuid,nodev,mode=1777", "tmpfs"),
    ...second.map((step) => rowOf(step, stage)),
  ];
  const writable = ["/proc", "/dev/pts", "/dev/shm", ...own.filter(isWritable).map(({ at }) => at)];
  return `set -e
${mount} -t tmpfs dynosim ${quoted(stage)}
cd ${quoted(stage)}
printf '%s' ${quoted(before.join(""))} >before
printf '%s' ${quoted(after.join(""))} >after
${mount} -a -T before
${mount} -a -o remount,bind,ro 2>/dev/null || :
${mount} -a -T after
cd ${quoted(stage)}
${[...first.map((step) => openAgain(step, mount)), ...late.flatMap((step) => lately(step, tools))].join("\n")}
[ ! -t 0 ] || ${mount} --bind "$(${readlink} /proc/self/fd/0)" dev/console
${pivot_root} . .
${umount} -l .
cd /
${own.flatMap((step) => (step.kind === "memory" && !step.writable ? [`${mount} -o remount,bind,ro ${quoted(step.at)}`] : [])).join("\n")}
while read -r _ _ _ _ at how _; do
  case $how in ro | ro,*) continue ;; esac
  case $at in ${writable.map((at) => quoted(octal(at))).join(" | ")}) continue ;; esac
  at=$(printf "$at")
  said=$(${mount} -o remount,bind,ro "$at" 2>&1) || [ ! -e "$at" ] || { echo "$said" >&2; exit 1; }
done </proc/self/mountinfo
set +e
`;
}

/** Without the user's language it starts faster. */
function mountBy({ mount }: AssemblyTools): string {
  return `LC_ALL=C ${quoted(mount)}`;
}

/** What would have been made read-only with the rest. */
function isOpened(step: Mount): boolean {
  return step.kind !== "memory" && isWritable(step);
}

function isWritable(step: Mount): boolean {
  return step.kind === "overlay" || step.writable;
}

function rowOf(step: Mount, stage: string): string {
  const on = stage + step.at;
  switch (step.kind) {
    case "bind":
      return row(step.from, on, "rbind");
    case "memory":
      return row("dynosim", on, step.at === "/tmp" ? "mode=1777" : "mode=755", "tmpfs");
    case "overlay":
      return row("overlay", on, layers(step), "overlay");
  }
}

function row(from: string, on: string, how: string, type = "none"): string {
  return `${octal(from)} ${octal(on)} ${type} ${octal(how)} 0 0\n`;
}

/** userxattr: what marks a layer's deleted files is otherwise for administrators only. */
function layers({ lower, upper, work }: Extract<Mount, { kind: "overlay" }>): string {
  return `lowerdir=${lower},upperdir=${upper},workdir=${work},userxattr`;
}

function openAgain({ at }: Mount, mount: string): string {
  return `${mount} -o remount,bind,rw ${here(at)}`;
}

/** What lies in something else of the room's own, or is to be written to in the midst of the machine. */
function lately(step: Mount, tools: AssemblyTools): string[] {
  const mount = mountBy(tools);
  const point = step.point === "within" ? makePoint(step, tools) : [];
  switch (step.kind) {
    case "memory":
      return [...point, `${mount} -t tmpfs dynosim ${here(step.at)}`];
    case "overlay":
      return [...point, `${mount} -t overlay -o ${quoted(layers(step))} overlay ${here(step.at)}`];
    case "bind":
      return [
        ...point,
        `${mount} --rbind ${quoted(step.from)} ${here(step.at)}`,
        ...(step.writable ? [openAgain(step, mount)] : []),
      ];
  }
}

function makePoint(step: Mount, { mkdir }: AssemblyTools): string[] {
  return step.kind === "bind" && !step.isFolder
    ? [`${mkdir} -p ${here(dirname(step.at))}`, `[ -e ${here(step.at)} ] || : >${here(step.at)}`]
    : [`${mkdir} -p ${here(step.at)}`];
}

function here(at: string): string {
  return `.${quoted(at)}`;
}

/** As the tables of mounts have it. */
function octal(path: string): string {
  return path.replaceAll(/[\s\\#]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`);
}
