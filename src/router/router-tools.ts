import type { ChunkedLimits } from "../http/chunked-body.ts";
import type { Era } from "../heroku/eras.ts";
import type { Emit } from "../heroku/events.ts";
import type { RouterFeature } from "../heroku/features.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Deadlines } from "../kernel/deadlines.ts";
import type { Random } from "../kernel/random.ts";
import type { SwapList } from "../kernel/swap-list.ts";
import type { Instant } from "../kernel/units.ts";
import type { Backends } from "./backends.ts";
import type { Certificates } from "./certificates.ts";
import type { DynoPool } from "./dyno-pool.ts";
import type { PageUrls } from "./error-page.ts";
import type { RouterLimits } from "./limits.ts";
import type { RequestHeads } from "./request-heads.ts";
import type { RequestIds } from "./request-ids.ts";
import type { RouterTrouble } from "./trouble.ts";
import type { Traveller } from "./under-way.ts";

/** What the router is built from. */
export interface RouterParts {
  readonly backends: Backends;
  /** Real time: everything here races the app's real work. design.md 4 */
  readonly clock: Clock;
  readonly era: Era;
  readonly emit: Emit;
  readonly random: Random;
  readonly limits?: Partial<RouterLimits>;
  /** What the app is told the client spoke; `https` goes with port 443. Default `http`. */
  readonly forwardedProto?: "http" | "https";
  /** Whether a host name (lower case, no port, no brackets) is one of this app's. */
  readonly hosts: (hostname: string) => boolean;
  /** Whether one of those was added by `domains:add`. Default: none was. */
  readonly isCustomDomain?: (hostname: string) => boolean;
  /** Default: HTTPS is not spoken. */
  readonly certificates?: Certificates | undefined;
  /** Each request is answered with H80. Default: never. */
  readonly inMaintenance?: () => boolean;
  /** Pages that the app has instead of ours. Default: none. */
  readonly pageUrls?: () => PageUrls;
  /** Platform time, for the stamps of events. */
  readonly now: () => Instant;
  /** Whether the app has this feature on, asked at each request. Default: none. */
  readonly hasFeature?: (feature: RouterFeature) => boolean;
  /** Hears of every exception that was contained as H99. */
  readonly onBug?: (error: unknown) => void;
  /** Hears each time the machine, or a limit, keeps the router from its work. */
  readonly onTrouble?: (trouble: RouterTrouble) => void;
}

/** The same, with everything settled: handed to each step. */
export interface RouterTools extends Required<Omit<RouterParts, "limits">> {
  readonly limits: RouterLimits;
  readonly requestChunks: ChunkedLimits;
  readonly responseChunks: ChunkedLimits;
  readonly deadlines: Deadlines;
  readonly dynos: DynoPool;
  readonly requestHeads: RequestHeads;
  readonly requestIds: RequestIds;
  /** The router itself is about to end: who loses the connection now has not left. */
  readonly isClosing: () => boolean;
  /** Requests that will have an access line, from the time their app is known until that line: for those who watch. */
  readonly underWay: SwapList<Traveller>;
  /** One of them has been told. */
  readonly ended: () => void;
}
