/**
 * The dyno manager's codes: the text after `Error `. heroku.md 2.8, 2.9
 * R12 is the same in both eras: public logs have "At least one process" from June 2012 on (the documentation's sample
 * is of before that), with 10 seconds until April 2015 and with 30 seconds in February 2024.
 */
export const DYNO_CODES = {
  R10: "R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch",
  R12: "R12 (Exit timeout) -> At least one process failed to exit within 30 seconds of SIGTERM",
  R13: "R13 (Attach error) -> Failed to attach to process",
  R14: "R14 (Memory quota exceeded)",
  R15: "R15 (Memory quota vastly exceeded)",
  R17: "R17 (Checksum error)",
  R99: "R99 (Platform error)",
  R16: "R16 (Detached) -> An attached process is not responding to SIGHUP after its external connection was closed.",
} as const;

export type DynoCode = keyof typeof DYNO_CODES;
