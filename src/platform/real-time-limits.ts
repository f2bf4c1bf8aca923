import { DYNO_LIMITS, type DynoLimits } from "../dyno/world.ts";
import { BOOT_WAIT, BUILD_LIMIT, RELEASE_PHASE_LIMIT } from "../heroku/limits.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import { millis, type Millis } from "../kernel/units.ts";
import { ROUTER_LIMITS, type RouterLimits } from "../router/limits.ts";
import type { PlatformFailure } from "./failure.ts";

interface Row {
  /** Milliseconds, from 1 to the usual value. */
  readonly variable: string;
  readonly usual: Millis;
  readonly what: string;
}

type RouterTime = "requestHead" | "connect" | "connectTotal" | "firstByte" | "idle";
/** A new limit of a dyno has to have a row here. */
type Name = keyof DynoLimits | RouterTime | "bootWait" | "build" | "releasePhase";

/**
 * What races the app's real work, and so runs on real time, whatever the platform clock does; each can be made
 * shorter, for tests. The only place where these settings are named. design.md 4, Time
 */
export const REAL_TIME_LIMITS: Readonly<Record<Name, Row>> = {
  boot: {
    variable: "DYNOSIM_BOOT_LIMIT_MS",
    usual: DYNO_LIMITS.boot,
    what: "a web dyno binds $PORT, else R10",
  },
  grace: { variable: "DYNOSIM_GRACE_MS", usual: DYNO_LIMITS.grace, what: "SIGTERM to SIGKILL and R12" },
  memorySample: {
    variable: "DYNOSIM_MEMORY_SAMPLE_MS",
    usual: DYNO_LIMITS.memorySample,
    what: "between two looks at a dyno: R14, R15, runtime metrics",
  },
  attach: {
    variable: "DYNOSIM_ATTACH_MS",
    usual: DYNO_LIMITS.attach,
    what: "a one-off dyno waits for its client, else R13",
  },
  attachedIdle: {
    variable: "DYNOSIM_ONE_OFF_IDLE_MS",
    usual: DYNO_LIMITS.attachedIdle,
    what: "silence on the connection to a one-off dyno",
  },
  hangUp: {
    variable: "DYNOSIM_HANG_UP_MS",
    usual: DYNO_LIMITS.hangUp,
    what: "between SIGHUPs to a dyno whose client went: R16",
  },
  bootWait: {
    variable: "DYNOSIM_BOOT_WAIT_MS",
    usual: BOOT_WAIT,
    what: "a request waits for a booting dyno, else H20",
  },
  requestHead: {
    variable: "DYNOSIM_REQUEST_HEAD_MS",
    usual: ROUTER_LIMITS.requestHead.value,
    what: "a client sends the head of its request",
  },
  connect: {
    variable: "DYNOSIM_CONNECT_MS",
    usual: ROUTER_LIMITS.connect.value,
    what: "the router reaches a dyno, else the next or H19",
  },
  connectTotal: {
    variable: "DYNOSIM_CONNECT_TOTAL_MS",
    usual: ROUTER_LIMITS.connectTotal.value,
    what: "the router reaches any dyno",
  },
  firstByte: {
    variable: "DYNOSIM_FIRST_BYTE_MS",
    usual: ROUTER_LIMITS.firstByte.value,
    what: "a dyno's first byte, else H12",
  },
  idle: {
    variable: "DYNOSIM_CONNECTION_IDLE_MS",
    usual: ROUTER_LIMITS.idle.value,
    what: "silence in an exchange, else H15 or H28",
  },
  build: { variable: "DYNOSIM_BUILD_LIMIT_MS", usual: BUILD_LIMIT, what: "a build" },
  releasePhase: {
    variable: "DYNOSIM_RELEASE_LIMIT_MS",
    usual: RELEASE_PHASE_LIMIT,
    what: "a release phase command",
  },
};

type Values = Readonly<Record<Name, Millis>>;

/** The limits, each where its part of dynosim looks for it. */
export interface RealTimeLimits {
  readonly dyno: DynoLimits;
  readonly router: Partial<RouterLimits>;
  readonly bootWait: Millis;
  readonly build: Millis;
  readonly releasePhase: Millis;
}

/** Heroku's limits with what the environment makes shorter; a value that is none is refused, not passed over. */
export function realTimeLimits(
  environment: Readonly<Record<string, string | undefined>>,
): Result<RealTimeLimits, PlatformFailure> {
  const values: Partial<Record<Name, Millis>> = {};
  for (const [name, { variable, usual }] of Object.entries(REAL_TIME_LIMITS)) {
    const text = environment[variable];
    const value = text === undefined || text === "" ? usual : shortened(text, usual);
    if (value === undefined) return fail({ kind: "bad-limit", variable, text: text ?? "", most: usual });
    values[name as Name] = value;
  }
  return ok(placed(values as Values));
}

function shortened(text: string, usual: Millis): Millis | undefined {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  return value >= 1 && value <= usual ? millis(value) : undefined;
}

function placed(values: Values): RealTimeLimits {
  const { bootWait, build, releasePhase, requestHead, connect, connectTotal, firstByte, idle, ...dyno } =
    values;
  const router = { requestHead, connect, connectTotal, firstByte, idle };
  return { dyno, router, bootWait, build, releasePhase };
}
