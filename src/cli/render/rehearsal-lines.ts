import type { RehearsalBody } from "../../api/resources/rehearsal.ts";
import { shortCommand } from "../../platform/explain/stopping.ts";
import { columns, namesAndValues } from "./aligned.ts";

type Stop = RehearsalBody["stops"][number];
type Process = Stop["processes"][number];
type Visits = RehearsalBody["before"];

/** The rehearsal as a person reads it: in the order in which it happened. */
export function rehearsalLines(seen: RehearsalBody): readonly string[] {
  const { era, before, wake } = seen;
  const named = namesAndValues([
    ["Era", era],
    ["Before", visitsText(before)],
    ["Wake", `${visitsText(wake)}${wake.woken_by_others ? "; others had woken it before" : ""}`],
    ["Back", seen.is_back ? "yes" : `no. ${seen.why}`],
  ]);
  const stops = seen.stops.flatMap((stop) => ["", ...stopLines(stop)]);
  return [...named.slice(0, 2), ...stops, "", ...named.slice(2)];
}

/** `10 requests, all answered; first byte: fastest 0.94 s, median 0.95 s, slowest 0.97 s` */
function visitsText({ requests, answered, lost, first_byte_ms: times }: Visits): string {
  const codes = Object.entries(lost).map(([code, count]) => `${count} x ${code}`);
  const many = requests === 1 ? "1 request" : `${requests} requests`;
  const outcome =
    codes.length === 0
      ? `${many}, all answered`
      : `${many}, ${answered === 0 ? "none" : answered} answered (${codes.join(", ")})`;
  if (times === null) return outcome;
  const { first, median, last } = times;
  return `${outcome}; first byte: fastest ${timeText(first)}, median ${timeText(median)}, slowest ${timeText(last)}`;
}

function stopLines(stop: Stop): readonly string[] {
  const end = stop.status === null ? "and the engine with it" : `with exit status ${stop.status}`;
  const killed = stop.killed ? ", after SIGKILL (R12)" : "";
  const table = columns([
    ["pid", "process", "SIGTERM", "left after"],
    ...stop.processes.map((one) => [
      String(one.pid),
      `${"  ".repeat(depth(one, stop.processes))}${shortCommand(one.command)}`,
      sigtermText(one),
      `${timeText(one.left_after_ms)}${one.killed ? ", killed" : ""}`,
    ]),
  ]);
  return [
    `${stop.dyno}: gone ${timeText(stop.lasted_ms)} after SIGTERM ${end}${killed}; ${filesText(stop)}`,
    ...(stop.processes.length === 0 ? [] : table).map((line) => `  ${line}`),
  ];
}

function depth(one: Process, all: readonly Process[]): number {
  const parent = all.find(({ pid }) => pid === one.ppid);
  return parent === undefined ? 0 : 1 + depth(parent, all);
}

function sigtermText({ late, on_sigterm }: Process): string {
  if (late) return "began after it";
  return on_sigterm === null ? "not known" : `${on_sigterm}${on_sigterm === "dies" ? " of it" : " it"}`;
}

/** More names than this are counted. */
const NAMED = 5;

function filesText({ lost_files: files }: Stop): string {
  if (files.length === 0) return "no files lost";
  const names = files.slice(0, NAMED).map(({ path, change }) => `${path} (${change})`);
  const rest = files.length - names.length;
  return `lost files: ${names.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** `4 ms`, `0.94 s`, `30.1 s` */
function timeText(milliseconds: number): string {
  if (milliseconds < 100) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`;
}
