import type { Explanation, PlatformFailure } from "../failure.ts";
import type { SleepRehearsal, Trouble } from "../rehearse/sleep-rehearsal.ts";
import { stuckAdvice } from "./stopping.ts";

type Failure = Extract<PlatformFailure, { kind: "rehearsal-not-serving" | "does-not-sleep" }>;

export function explainRehearsal(failure: Failure): Explanation {
  if (failure.kind === "does-not-sleep") {
    return {
      title: `${failure.size} dynos do not sleep.`,
      body: "On Heroku eco dynos do, and free ones did: after 30 minutes without a web request.",
      next: "Choose a dyno type that sleeps: dynosim up --dyno-type eco",
      exitCode: 1,
    };
  }
  return {
    title: "The app does not answer, so its sleep cannot be rehearsed.",
    body: `The first request ended with ${failure.code}.`,
    next: "See why: dynosim ps, dynosim logs",
    exitCode: 1,
  };
}

/** Why the app did not come back, as far as it was seen; undefined: it did. */
export function whyNotBack({ isBack, stuck, trouble, wake }: SleepRehearsal): string | undefined {
  if (isBack) return undefined;
  if (stuck !== undefined) return stuckAdvice(stuck);
  const [first] = trouble;
  if (first !== undefined) return `${troubled(first)} What it said: dynosim logs -d ${first.dyno}`;
  const codes = Object.entries(wake.lost).map(([code, count]) => `${count} x ${code}`);
  return `None of ${wake.requests} requests was answered by the app: ${codes.join(", ")}.`;
}

function troubled(trouble: Trouble): string {
  return trouble.kind === "exited"
    ? `${trouble.dyno} was woken and ended with status ${trouble.status}.`
    : `${trouble.dyno} was woken and ran into ${trouble.code}.`;
}
