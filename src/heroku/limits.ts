import {
  bytes,
  hours,
  mebibytes,
  millis,
  minutes,
  seconds,
  type Bytes,
  type Millis,
} from "../kernel/units.ts";

/** Time for a web dyno to bind $PORT, else R10. heroku.md 0, 2.2 */
export const BOOT_LIMIT: Millis = seconds(60);
/** From SIGTERM to SIGKILL, else R12. heroku.md 0, 2.3 */
export const SHUTDOWN_GRACE: Millis = seconds(30);
/** Between two looks at a dyno's memory. heroku.md 0, 4 */
export const MEMORY_SAMPLE_EVERY: Millis = seconds(20);
/** What to wait after the first crash, the second and so on: the upper figure of each range; the last one stays. heroku.md 2.6 */
export const COOL_OFFS: readonly [Millis, ...Millis[]] = [
  minutes(0),
  minutes(20),
  minutes(40),
  minutes(60),
  minutes(180),
  minutes(320),
];
/** Sleep after this long without a web request. heroku.md 1.3 */
export const IDLE_AFTER: Millis = minutes(30);
/** Daily cycling: 24 h plus a random part for each dyno. heroku.md 2.5 */
export const CYCLE_AFTER: Millis = hours(24);
export const CYCLE_SPREAD: Millis = minutes(216);

/**
 * Preboot: from the start of the new dynos to the switch, 2 minutes more than a dyno may take to boot.
 * heroku.md 0, 2.7
 */
export function prebootWait(bootLimit: Millis): Millis {
  return millis(bootLimit + minutes(2));
}

/** A request waits this long for a booting dyno. heroku.md 0, router.md L27 */
export const BOOT_WAIT: Millis = seconds(75);
/** A dyno that could not be reached gets no request for this long. heroku.md 0 */
export const QUARANTINE: Millis = seconds(5);

/** heroku.md 0: uncompressed HEAD with its submodules. */
export const CHECKOUT_LIMIT: Bytes = mebibytes(1024);
/** heroku.md 0: compressed slug. */
export const SLUG_LIMIT: Bytes = mebibytes(500);
/** Above it a build warns: heroku.md 6.3, where it is unconfirmed; recorded in logs of builds (conda-forge-webservices issue 261). */
export const SLUG_SOFT_LIMIT: Bytes = mebibytes(300);
/** heroku.md 0: build time. */
export const BUILD_LIMIT: Millis = minutes(15);
/** Memory of a build, as a comment in Heroku's Node buildpack has it. heroku.md 5.6 */
export const BUILD_MEMORY: Bytes = mebibytes(2560);
/**
 * Time for the client of a one-off dyno to come, else R13: a log of 2013 has 30 s between `up` and the error
 * (heroku/legacy-cli issue 746); not documented.
 */
export const ATTACH_LIMIT: Millis = seconds(30);
/** What such a dyno ends with, in the same log. */
export const UNATTACHED_STATUS = 128;
/** A connection to a one-off dyno without input and output. heroku.md 0, 8 */
export const ATTACHED_IDLE_LIMIT: Millis = hours(1);
/** Between two SIGHUPs to a dyno whose client went, and how many before R16. heroku.md 2.9, sample log of error-codes */
export const HANG_UP_EVERY: Millis = seconds(5);
export const HANG_UPS = 3;

/** heroku.md 0: release phase. */
export const RELEASE_PHASE_LIMIT: Millis = hours(1);
/** Output of a release command: two chunks are kept, and the older goes when both are full. heroku.md 0 */
export const RELEASE_OUTPUT_CHUNK: Bytes = mebibytes(150);
/** heroku.md 0: all config var names and values together. */
export const CONFIG_VARS_LIMIT: Bytes = bytes(32 * 1024);

/** heroku.md 0, 7: lines kept, lines shown by default, longest line. */
export const LOG_LINES_KEPT = 1500;
export const LOG_LINES_SHOWN = 100;
export const LOG_LINE_LIMIT = 10_000;

/** Open files of a process. heroku.md 1.4 (half-confirmed) */
export const OPEN_FILES = 10_000;

/** Lowest and highest $PORT handed out: what was seen in logs, the range itself is unconfirmed. heroku.md 5.2 */
export const LEAST_PORT = 3000;
export const GREATEST_PORT = 59_999;
