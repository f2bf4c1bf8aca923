import type { Explanation, PlatformFailure } from "../failure.ts";

type Failure = Extract<PlatformFailure, { kind: "hours-exhausted" | "no-web-no-sleep" }>;

/** Of sleep and of the pool of hours. heroku.md 1.3 */
export function explainHours(failure: Failure): Explanation {
  if (failure.kind === "no-web-no-sleep") {
    return {
      title: "An app without web dynos never sleeps.",
      body: "Worker dynos fall asleep with the web dynos of their app; without one they use hours day and night.",
      next: "Stop a worker: dynosim ps:scale worker=0. See what is used: dynosim hours",
      exitCode: 1,
    };
  }
  return {
    title: `No ${failure.size} dyno hours are left this month.`,
    body: `All ${failure.size} dynos of an account share a pool of hours. It is empty, and full again on the 1st; until then they sleep, and requests get H82.`,
    next: "See dynosim hours. To go on: dynosim hours --used 0h, or another dyno type.",
    exitCode: 1,
  };
}
