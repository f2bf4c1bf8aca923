import type { PercentilesBody, RequestBody, RequestsBody } from "../../api/resources/request.ts";
import { formatDuration } from "../../kernel/duration.ts";
import { millis } from "../../kernel/units.ts";
import { namesAndValues } from "./aligned.ts";
import { table } from "./table.ts";

/** What each phase is called; `dynosim requests --help` explains the words. */
const PHASES: Readonly<Record<RequestBody["phase"], string>> = {
  "awaiting-dyno": "dyno?",
  connecting: "connect",
  sending: "send",
  waiting: "wait",
  answering: "answer",
  upgraded: "upgrade",
  done: "done",
};

const LONGEST_PATH = 100;
const HEADINGS = [
  "Phase",
  "Age",
  "Connect",
  "Service",
  "Status",
  "Code",
  "Bytes",
  "Dyno",
  "Method",
  "Host",
  "Path",
];

/** In flight and done in one table, oldest first, and the figures of all since the start. */
export function requestLines(name: string, body: RequestsBody, now: Date): readonly string[] {
  const rows = [...body.done, ...body.in_flight].map((request) => cells(request, ageText(request, now)));
  return [
    `=== ⬢ ${name} Requests`,
    "",
    ...(rows.length === 0 ? ["None yet."] : table(HEADINGS, rows)),
    "",
    ...namesAndValues(figures(body.figures)),
  ];
}

/** One line of those that follow each other: columns as wide as what stands in them mostly. */
export function newsLine(news: RequestBody | { readonly dropped: number }): string {
  if ("dropped" in news) return `(${news.dropped} left out: the reader is too slow)`;
  const age =
    news.ended_at === null ? duration(news.age_ms) : new Date(news.ended_at).toISOString().slice(11, 23);
  const row = cells(news, age);
  return row
    .map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0))
    .join(" ")
    .trimEnd();
}

const WIDTHS: readonly number[] = [7, 12, 7, 8, 3, 3, 8, 6, 6, 15];

function cells(request: RequestBody, age: string): readonly string[] {
  const { method, host, path, dyno, status, code, bytes } = request;
  return [
    PHASES[request.phase],
    age,
    duration(request.connect_ms),
    duration(request.service_ms),
    status === null ? "-" : String(status),
    code ?? "-",
    bytes === null ? "-" : String(bytes),
    dyno ?? "-",
    method,
    host,
    path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}...` : path,
  ].map(plain);
}

/** A client chooses what stands in a request: nothing of it may move the cursor or change a colour. */
function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, "?");
}

function ageText({ age_ms, ended_at }: RequestBody, now: Date): string {
  if (ended_at === null) return duration(age_ms);
  const ago = Math.max(now.getTime() - new Date(ended_at).getTime(), 0);
  return `${formatDuration(millis(Math.floor(ago / 1000) * 1000))} ago`;
}

function figures(body: RequestsBody["figures"]): readonly (readonly [string, string])[] {
  return [
    ["In flight", String(body.in_flight)],
    ["Done", counted(body.done, body.status_classes)],
    ["Codes", counts(body.codes) || "none"],
    ["Connect", percentiles(body.connect)],
    ["Service", percentiles(body.service)],
  ];
}

function counted(all: number, classes: Readonly<Record<string, number>>): string {
  return all === 0 ? "0" : `${all} (${counts(classes)})`;
}

/** `2xx 120, 5xx 3` */
function counts(of: Readonly<Record<string, number>>): string {
  return Object.entries(of)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([what, count]) => `${what} ${count}`)
    .join(", ");
}

function percentiles(body: PercentilesBody | null): string {
  if (body === null) return "none yet";
  const { p50_ms, p95_ms, p99_ms, max_ms } = body;
  const parts = [`p50 ${duration(p50_ms)}`, `p95 ${duration(p95_ms)}`, `p99 ${duration(p99_ms)}`];
  return `${parts.join(", ")}, max ${duration(max_ms)}`;
}

/** `0.3ms`, `18ms`, `1.2s`, `1m2s` */
function duration(ms: number | null): string {
  if (ms === null) return "-";
  if (ms < 10) return `${ms.toFixed(1)}ms`;
  if (ms < 1000) return `${Math.floor(ms)}ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)}s` : formatDuration(millis(Math.floor(ms / 1000) * 1000));
}
