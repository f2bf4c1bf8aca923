import { whyNotBack } from "../../platform/explain/rehearsal.ts";
import type { SleepRehearsal } from "../../platform/platform.ts";
import { fields, text } from "../decode.ts";
import { json, type Resource } from "../exchange.ts";
import { invalid, refused } from "../respond.ts";

export interface RehearsalBody {
  readonly kind: "sleep";
  readonly era: string;
  readonly path: string;
  /** Requests up to the moment of SIGTERM. */
  readonly before: VisitsBody;
  readonly stops: readonly StopBody[];
  /** Requests that woke the app, all at once. */
  readonly wake: VisitsBody & { readonly woken_by_others: boolean };
  readonly is_back: boolean;
  /** Why not; null when it is. */
  readonly why: string | null;
}

interface VisitsBody {
  readonly requests: number;
  readonly answered: number;
  /** The router's codes, and how often each. */
  readonly lost: Readonly<Record<string, number>>;
  readonly first_byte_ms: { readonly first: number; readonly median: number; readonly last: number } | null;
}

interface StopBody {
  readonly dyno: string;
  readonly status: number | null;
  readonly lasted_ms: number;
  readonly killed: boolean;
  readonly processes: readonly {
    readonly pid: number;
    readonly ppid: number;
    readonly command: string;
    /** `handles`, `ignores`, `dies`; null where it could not be seen. */
    readonly on_sigterm: string | null;
    readonly left_after_ms: number;
    readonly killed: boolean;
    /** It began after SIGTERM. */
    readonly late: boolean;
  }[];
  readonly lost_files: readonly { readonly path: string; readonly change: string }[];
}

const MOST_REQUESTS = 200;
const REQUESTS = 10;

/** Ours: `{"kind": "sleep", "requests": 10, "path": "/"}`; answers when the rehearsal is over. */
export const rehearse: Resource = async ({ platform, body }) => {
  const wanted = fields(body);
  if (text(wanted["kind"]) !== "sleep") return invalid("kind must be sleep.");
  const requests = Number(text(wanted["requests"]) ?? REQUESTS);
  if (!Number.isInteger(requests) || requests < 1 || requests > MOST_REQUESTS)
    return invalid(`requests must be a whole number from 1 to ${MOST_REQUESTS}.`);
  const path = text(wanted["path"]) ?? "/";
  if (!/^\/[!-~]*$/.test(path) || path.startsWith("//"))
    return invalid("path must begin with one slash, such as /health.");
  const rehearsed = await platform.rehearseSleep({ requests, path });
  return rehearsed.ok ? json(200, rehearsalBody(rehearsed.value)) : refused(rehearsed.failure);
};

function rehearsalBody(rehearsal: SleepRehearsal): RehearsalBody {
  const { era, path, before, stops, wake, wokenByOthers, isBack } = rehearsal;
  return {
    kind: "sleep",
    era,
    path,
    before: visitsBody(before),
    stops: stops.map(stopBody),
    wake: { ...visitsBody(wake), woken_by_others: wokenByOthers },
    is_back: isBack,
    why: whyNotBack(rehearsal) ?? null,
  };
}

function visitsBody({ requests, lost, firstByte }: SleepRehearsal["before"]): VisitsBody {
  const answered = requests - Object.values(lost).reduce((sum, count) => sum + count, 0);
  if (firstByte === undefined) return { requests, answered, lost, first_byte_ms: null };
  const { first, median, last } = firstByte;
  return {
    requests,
    answered,
    lost,
    first_byte_ms: { first: tenths(first), median: tenths(median), last: tenths(last) },
  };
}

function stopBody({
  dyno,
  status,
  lasted,
  killed,
  processes,
  files,
}: SleepRehearsal["stops"][number]): StopBody {
  return {
    dyno,
    status: status ?? null,
    lasted_ms: Math.round(lasted),
    killed,
    processes: processes.map((one) => ({
      pid: one.pid,
      ppid: one.ppid,
      command: one.command,
      on_sigterm: one.onSigterm ?? null,
      left_after_ms: Math.round(one.leftAfter),
      killed: one.killed,
      late: one.late,
    })),
    lost_files: files,
  };
}

function tenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
