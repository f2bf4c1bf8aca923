import type { TimerName } from "./effect.ts";

/** What happens to a dyno when one of its timers is due, as `dynosim clock` says it: `web.1 cycles`. */
export const TIMER_WORDS: Readonly<Record<TimerName, string>> = {
  boot: "has had its time to boot",
  grace: "has had its time to stop",
  "cool-off": "starts again after its cool-off",
  cycle: "cycles",
  switch: "hands over to the dyno that preboot started",
  attach: "waits for its client no longer",
  "hang-up": "is sent SIGHUP again",
  engine: "starts again if the engine can",
};
