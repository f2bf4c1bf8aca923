import type { RequestEvent } from "../../heroku/events.ts";
import type { Millis } from "../../kernel/units.ts";
import type { Percentiles, RequestFacts, RequestFigures, RequestUnderWay } from "../../platform/platform.ts";
import { json, type Answer, type Resource, type Sink } from "../exchange.ts";

/** One request, in flight or done. What is not known (yet) is null. */
export interface RequestBody {
  readonly id: string;
  readonly phase: RequestUnderWay["phase"] | "done";
  /** Since its head was complete; null when it is done. */
  readonly age_ms: number | null;
  /** In platform time. */
  readonly ended_at: string | null;
  readonly method: string;
  /** As it came, with query. */
  readonly path: string;
  readonly host: string;
  readonly fwd: string;
  readonly dyno: string | null;
  readonly connect_ms: number | null;
  readonly service_ms: number | null;
  readonly status: number | null;
  readonly code: string | null;
  readonly desc: string | null;
  /** Of the answer's body that went to the client; of the router's own page, where it sent one. */
  readonly bytes: number | null;
  /** Of the request's body that went to the dyno; null when it is done. */
  readonly received_bytes: number | null;
}

export interface PercentilesBody {
  readonly count: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly p99_ms: number;
  readonly max_ms: number;
}

export interface RequestsBody {
  /** Oldest first. */
  readonly in_flight: readonly RequestBody[];
  /** The newest, oldest first. */
  readonly done: readonly RequestBody[];
  /** Of all since `up` began. */
  readonly figures: {
    readonly done: number;
    readonly in_flight: number;
    readonly status_classes: Readonly<Record<string, number>>;
    readonly codes: Readonly<Record<string, number>>;
    readonly connect: PercentilesBody | null;
    readonly service: PercentilesBody | null;
  };
}

/** One event of those who follow. `dropped`: so many were left out, the reader was too slow. The first is the whole list. */
export type RequestNews = RequestsBody | RequestBody | { readonly dropped: number };

/** What a reader may leave unread before news is left out. */
const BACKLOG = 4 * 1024 * 1024;

export const listRequests: Resource = ({ platform }) => json(200, requestsBody(platform.requests()));

/** Each request as it ends, and one that takes its time with each phase it is found in, as server-sent events. */
export const followRequests: Resource = ({ platform }): Answer => ({
  kind: "stream",
  contentType: "text/event-stream",
  write: async (sink) => {
    sink.write("retry: 10\n\n");
    const tell = newsInto(sink);
    using _watching = platform.watchRequests({
      done: (event) => tell(doneBody(event)),
      slow: (request) => tell(underWayBody(request)),
    });
    sink.write(event(requestsBody(platform.requests())));
    if (!sink.gone.aborted)
      await new Promise((resolve) => sink.gone.addEventListener("abort", resolve, { once: true }));
  },
});

function newsInto(sink: Sink): (body: RequestBody) => void {
  let dropped = 0;
  return (body) => {
    if (sink.backlog() > BACKLOG) {
      dropped += 1;
      return;
    }
    if (dropped > 0) sink.write(event({ dropped }));
    dropped = 0;
    sink.write(event(body));
  };
}

function event(news: RequestNews): string {
  return `data: ${JSON.stringify(news)}\n\n`;
}

export function requestsBody({ underWay, done, figures }: RequestFacts): RequestsBody {
  return {
    in_flight: underWay.map(underWayBody),
    done: done.map(doneBody),
    figures: figuresBody(figures, underWay.length),
  };
}

function figuresBody(figures: RequestFigures, inFlight: number): RequestsBody["figures"] {
  return {
    done: figures.done,
    in_flight: inFlight,
    status_classes: figures.statusClasses,
    codes: figures.codes,
    connect: percentilesBody(figures.connect),
    service: percentilesBody(figures.service),
  };
}

function percentilesBody(percentiles: Percentiles | undefined): PercentilesBody | null {
  if (percentiles === undefined) return null;
  const { count, p50, p95, p99, greatest } = percentiles;
  return { count, p50_ms: p50, p95_ms: p95, p99_ms: p99, max_ms: greatest };
}

function underWayBody(request: RequestUnderWay): RequestBody {
  return {
    id: request.requestId,
    phase: request.phase,
    age_ms: micros(request.age),
    ended_at: null,
    method: request.method,
    path: request.target,
    host: request.host,
    fwd: request.forwardedFor,
    dyno: request.dyno ?? null,
    connect_ms: micros(request.connect),
    service_ms: micros(request.service),
    status: request.status ?? null,
    code: null,
    desc: null,
    bytes: request.sent,
    received_bytes: request.received,
  };
}

function doneBody(event: RequestEvent): RequestBody {
  return {
    id: event.requestId,
    phase: "done",
    age_ms: null,
    ended_at: new Date(event.at).toISOString(),
    method: event.method,
    path: event.path,
    host: event.host,
    fwd: event.forwardedFor,
    dyno: event.dyno ?? null,
    connect_ms: micros(event.connect),
    service_ms: micros(event.service),
    status: event.status ?? null,
    code: event.code ?? null,
    desc: event.desc ?? null,
    bytes: event.bytes ?? null,
    received_bytes: null,
  };
}

/** Milliseconds down to the microsecond: the clock's further digits are noise. */
function micros(duration: Millis | undefined): number | null {
  return duration === undefined ? null : Math.round(duration * 1000) / 1000;
}
