import type { Clock } from "../../kernel/clock.ts";
import type { CensusTaker } from "./census.ts";
import type { Confinement } from "./confinement.ts";
import type { Places } from "./places.ts";
import type { Maker, Rooms } from "./rooms.ts";

/** What dynos and builds of one engine stand on. */
export interface Ground {
  readonly clock: Clock;
  readonly places: Places;
  readonly rooms: Rooms;
  /** This dynosim. */
  readonly maker: Maker;
  readonly confinement: Confinement;
  readonly census: CensusTaker;
}
