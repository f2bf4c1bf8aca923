import type { Engine } from "../engine/engine.ts";
import type { EngineFailure } from "../engine/failure.ts";
import type { Listener, LostFile, OomVictim } from "../engine/launched.ts";
import type { Emit } from "../heroku/events.ts";
import {
  ATTACH_LIMIT,
  ATTACHED_IDLE_LIMIT,
  BOOT_LIMIT,
  HANG_UP_EVERY,
  MEMORY_SAMPLE_EVERY,
  SHUTDOWN_GRACE,
} from "../heroku/limits.ts";
import type { DynoName } from "../heroku/names.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Random } from "../kernel/random.ts";
import type { Bytes, Millis, Port } from "../kernel/units.ts";
import type { Enforcement } from "./enforcement.ts";
import type { ShutdownReport } from "./shutdown-watch.ts";

/** What dynos live in: engine, clocks, chance and log are handed in. */
export interface DynoWorld {
  readonly engine: Engine;
  readonly realClock: Clock;
  readonly platformClock: Clock;
  readonly random: Random;
  /** The same seed has dynos cycle at the same times. */
  readonly seed: string;
  readonly emit: Emit;
  readonly limits: DynoLimits;
  readonly enforcement: Enforcement;
  /** Does a life that begins now log its runtime metrics? heroku.md 4 */
  readonly logsRuntimeMetrics: () => boolean;
  /** Something worth an explanation beside Heroku's lines. */
  readonly observe: (observation: DynoObservation) => void;
}

/** Limits that race the app's real work; each can be shortened. design.md 4, Time */
export interface DynoLimits {
  readonly boot: Millis;
  readonly grace: Millis;
  readonly memorySample: Millis;
  /** For a one-off dyno's client to come, else R13. */
  readonly attach: Millis;
  /** Silence on an attached connection. */
  readonly attachedIdle: Millis;
  /** Between two SIGHUPs to a dyno whose client went, and then R16. */
  readonly hangUp: Millis;
}

export const DYNO_LIMITS: DynoLimits = {
  boot: BOOT_LIMIT,
  grace: SHUTDOWN_GRACE,
  memorySample: MEMORY_SAMPLE_EVERY,
  attach: ATTACH_LIMIT,
  attachedIdle: ATTACHED_IDLE_LIMIT,
  hangUp: HANG_UP_EVERY,
};

export type DynoObservation =
  | {
      readonly kind: "boot-timeout";
      readonly dyno: DynoName;
      readonly port: Port;
      readonly listeners: readonly Listener[];
    }
  /** A dyno that was sent SIGTERM is gone. */
  | {
      readonly kind: "stopped";
      readonly dyno: DynoName;
      /** It was sent to sleep. */
      readonly toIdle: boolean;
      /** And no request will wake it, for how it left. design.md 4 */
      readonly stuck: boolean;
      readonly report: ShutdownReport;
    }
  /** Nothing is left of one of its lives. Mostly no files are lost, and nobody asks when a dyno is stopped for good. */
  | { readonly kind: "lost-files"; readonly dyno: DynoName; readonly files: readonly LostFile[] }
  /** The kernel killed one process for memory, and the dyno's command lives on. */
  | {
      readonly kind: "child-out-of-memory";
      readonly dyno: DynoName;
      readonly victim: OomVictim | undefined;
      readonly killAt: Bytes;
    }
  /** The engine can only count processes, and ended the dyno for their number; Heroku's kernel refuses the next one. */
  | {
      readonly kind: "too-many-processes";
      readonly dyno: DynoName;
      readonly seen: number;
      readonly limit: number;
    }
  | { readonly kind: "not-launched"; readonly dyno: DynoName; readonly failure: EngineFailure }
  /** The engine does not answer, or somebody removed the container. */
  | { readonly kind: "lost"; readonly dyno: DynoName };
