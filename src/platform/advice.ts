import type { DynoObservation } from "../dyno/world.ts";
import type { LostFile } from "../engine/launched.ts";
import { explainEngine } from "./explain/engine.ts";
import { stopAdvice } from "./explain/stopping.ts";
import { assertNever } from "../kernel/assert-never.ts";
import { mebibytes, type Bytes } from "../kernel/units.ts";

/** More names than this are counted, not listed. */
const NAMED = 5;

/** An app that goes to sleep in the same way every half hour is told of it once; a killed dyno is told each time. */
export function adviser(onNotice: (line: string) => void): (observation: DynoObservation) => void {
  const told = new Set<string>();
  return (observation) => {
    const words = advice(observation);
    if (words === undefined || told.has(words)) return;
    if (observation.kind === "stopped" && !observation.report.killed) told.add(words);
    onNotice(words);
  };
}

/** What was seen beside Heroku's lines, why it matters there, and what to do. design.md 5 */
export function advice(observation: DynoObservation): string | undefined {
  switch (observation.kind) {
    case "boot-timeout":
      return bootAdvice(observation);
    case "stopped":
      return stopAdvice(observation);
    case "lost-files":
      if (observation.files.length === 0) return undefined;
      return `${observation.dyno} stopped, and these files went with it: ${fileList(observation.files)}. A dyno's filesystem lasts as long as the dyno; keep what must stay in a database or an object store.`;
    case "child-out-of-memory":
      return oomAdvice(observation);
    case "too-many-processes":
      return `${observation.dyno} had ${observation.seen} processes and threads, and its dyno type allows ${observation.limit}: it was killed. Without containers they can only be counted; on Heroku the kernel refuses the next one (EAGAIN: "Resource temporarily unavailable", "can't start new thread"), and the dyno lives on. Fewer workers or threads, or a larger dyno type.`;
    case "not-launched": {
      const { title, body, next } = explainEngine(observation.failure);
      return [`${observation.dyno} could not be started`, title, body, next].map(sentence).join(" ");
    }
    case "lost":
      return `${observation.dyno} is lost: the container engine does not answer, or somebody removed its container. It is no fault of the app, and on Heroku a dyno whose host fails is started elsewhere; here it is started again as soon as the engine answers.`;
    default:
      return assertNever(observation);
  }
}

function bootAdvice({ dyno, port, listeners }: Extract<DynoObservation, { kind: "boot-timeout" }>): string {
  const wanted = `0.0.0.0:${port} ($PORT)`;
  if (listeners.length === 0) {
    return `${dyno} never listened anywhere; the router waits for ${wanted}. A process that serves no HTTP belongs under another type than web.`;
  }
  const seen = listeners.map(({ host, port: at }) => `${host}:${at}`).join(", ");
  const why = listeners.some((one) => one.port === port)
    ? "only the dyno itself reaches that address: bind 0.0.0.0"
    : "the app must take its port from the environment variable PORT";
  return `${dyno} listened on ${seen}, and the router waited for ${wanted}: ${why}.`;
}

/** On one line, with an end. */
function sentence(text: string): string {
  const line = text.replace(/\s*\n\s*/g, " ");
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

function oomAdvice({
  dyno,
  victim,
  killAt,
}: Extract<DynoObservation, { kind: "child-out-of-memory" }>): string {
  const who = victim ? `: ${victim.command}, which held ${wholeMegabytes(victim.rss)}` : "";
  return `${dyno} reached ${wholeMegabytes(killAt)}, and the kernel killed one of its processes${who}. Its command lives on, and so does the dyno; Heroku kills the whole dyno at R15, and starts it again as after a crash.`;
}

function wholeMegabytes(size: Bytes): string {
  return `${Math.floor(size / mebibytes(1))} MB`;
}

function fileList(files: readonly LostFile[]): string {
  const names = files.slice(0, NAMED).map(({ path, change }) => `${path} (${change})`);
  const rest = files.length - names.length;
  return rest > 0 ? `${names.join(", ")} and ${rest} more` : names.join(", ");
}
