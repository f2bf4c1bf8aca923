import { assertNever } from "../../kernel/assert-never.ts";
import type { Explanation, PlatformFailure } from "../failure.ts";

type ClockKind = "bad-duration" | "clock-backwards" | "clock-too-far" | "nothing-due";

export function explainClock(failure: Extract<PlatformFailure, { kind: ClockKind }>): Explanation {
  switch (failure.kind) {
    case "bad-duration":
      return {
        title: `${JSON.stringify(failure.text)} is no duration.`,
        body: "A duration is a number with a unit, or several of them: 90s, 31m, 2h30m, 1d.",
        next: "For example: dynosim clock advance 31m",
        exitCode: 2,
      };
    case "clock-backwards":
      return {
        title: `The platform clock does not move by ${failure.asked}: it never goes back.`,
        body: "The log, the releases and the hours used say when things happened, and that is not undone.",
        next: "Move it forward (dynosim clock advance 31m), or let it stand still: dynosim clock pause",
        exitCode: 2,
      };
    case "clock-too-far":
      return {
        title: `The platform clock does not move by ${failure.asked} at once.`,
        body: "Everything that falls due on the way really happens, dyno by dyno; the most is 365 days.",
        next: "Move it in steps, for example: dynosim clock advance 30d",
        exitCode: 2,
      };
    case "nothing-due":
      return {
        title: "Nothing is due on the platform clock.",
        body: "No dyno waits to be cycled, to fall asleep or to be started again.",
        next: "Move it by a time instead: dynosim clock advance 31m",
        exitCode: 1,
      };
    default:
      return assertNever(failure);
  }
}
