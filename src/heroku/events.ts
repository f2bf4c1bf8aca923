import type { Bytes, Instant, Millis, Port } from "../kernel/units.ts";
import type { DynoCode } from "./dyno-codes.ts";
import type { DynoName, RequestId } from "./names.ts";
import type { RouterCode, RouterLevel } from "./router-codes.ts";
import type { LoadAverages, MemoryFigures } from "./runtime-metrics.ts";

/** A dyno's state as the log names it. heroku.md 2.1 */
export type LogState = "starting" | "up" | "down" | "crashed" | "complete";

/** All that can be told. Events only tell: whoever wants something done calls it. */
export type PlatformEvent =
  | { readonly kind: "output"; readonly at: Instant; readonly dyno: DynoName; readonly text: string }
  | { readonly kind: "api"; readonly at: Instant; readonly text: string }
  | RequestEvent
  | ({ readonly at: Instant } & DynoEvent);

/** What the dyno manager tells of one dyno; each is one line of `heroku[web.1]`. heroku.md 2.8 */
export type DynoEvent = { readonly dyno: DynoName } & (
  | { readonly kind: "starting-process"; readonly command: string }
  | { readonly kind: "state-changed"; readonly from: LogState; readonly to: LogState }
  | { readonly kind: "process-exited"; readonly status: number }
  | { readonly kind: "stopping"; readonly how: "sigterm" | "sigkill" | "sigkill-rest" }
  | { readonly kind: "restarting" }
  | { readonly kind: "cycling" }
  | { readonly kind: "idling" }
  /** Why it idles: no dyno hours are left. */
  | { readonly kind: "no-hours" }
  | { readonly kind: "unidling" }
  | { readonly kind: "awaiting-client" }
  | { readonly kind: "client-gone" }
  | { readonly kind: "memory"; readonly used: Bytes; readonly quota: Bytes }
  | { readonly kind: "dyno-error"; readonly code: DynoCode }
  /** R11. heroku.md 2.2 */
  | { readonly kind: "bad-bind"; readonly bound: Port; readonly wanted: Port }
  /** With the feature log-runtime-metrics; `id` as `metricsId` gives it. heroku.md 4 */
  | { readonly kind: "load-metrics"; readonly id: string; readonly load: LoadAverages }
  | { readonly kind: "memory-metrics"; readonly id: string; readonly memory: MemoryFigures }
);

/** One finished request: the fields of the access line. heroku.md 3.8 */
export interface RequestEvent {
  readonly kind: "request";
  readonly at: Instant;
  readonly level: RouterLevel;
  /** `backend` for H18, `client` for H27. */
  readonly sock: "backend" | "client" | undefined;
  readonly code: RouterCode | undefined;
  readonly desc: string | undefined;
  readonly cause: string | undefined;
  readonly method: string;
  /** As it came, with query; the formatter decodes it where the era does. */
  readonly path: string;
  readonly host: string;
  readonly requestId: RequestId;
  /** The whole X-Forwarded-For toward the dyno. */
  readonly forwardedFor: string;
  readonly dyno: DynoName | undefined;
  /** With fractions; the line shows whole milliseconds. */
  readonly connect: Millis | undefined;
  readonly service: Millis | undefined;
  /** Undefined: none reached anybody, and the line leaves it empty (H24). */
  readonly status: number | undefined;
  /** Body bytes from the dyno to the client, or what the era tells of an error page that was sent. */
  readonly bytes: Bytes | undefined;
  readonly protocol: "http1.1" | "http2.0";
  readonly tls: boolean;
  readonly tlsVersion: string | undefined;
  /** The client's User-Agent, with H31 alone. router.md 15.7 */
  readonly agent?: string | undefined;
}

export type Emit = (event: PlatformEvent) => void;
