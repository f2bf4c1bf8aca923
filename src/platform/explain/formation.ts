import type { FormationFailure } from "../../formation/failure.ts";
import { assertNever } from "../../kernel/assert-never.ts";
import type { Explanation } from "../failure.ts";
import { explainMixedTypes, explainScalingLimit, explainUnknownSize } from "./scaling.ts";

/** Titles are Heroku's own words where it has some. heroku.md 9 */
export function explainFormation(failure: FormationFailure): Explanation {
  switch (failure.kind) {
    case "unknown-process-type":
      return {
        title: `Couldn't find that process type (${failure.type}).`,
        body:
          failure.known.length > 0
            ? `The Procfile has ${failure.known.join(", ")}.`
            : "The app has no process types: there is no Procfile, or nothing has been released yet.",
        next: `Add a line "${failure.type}: COMMAND" to the Procfile and run dynosim up again, or name one that is there.`,
        exitCode: 1,
      };
    case "unknown-dyno":
      return {
        title: "Couldn't find that dyno.",
        body:
          failure.known.length > 0
            ? `There is no ${failure.dyno}; there are ${failure.known.join(", ")}.`
            : `There is no ${failure.dyno}: no dyno is running.`,
        next: "See what runs: dynosim ps",
        exitCode: 1,
      };
    case "unknown-dyno-type":
      return explainUnknownSize(failure);
    case "bad-quantity":
      return {
        title: `Cannot scale ${failure.type} to ${failure.quantity}.`,
        body: "A quantity is a whole number, or a change such as +1 or -1 that does not go below zero.",
        next: "For example: dynosim ps:scale web=2:standard-1x",
        exitCode: 2,
      };
    case "release-runs-once":
      return {
        title: "Cannot scale release.",
        body: "Its command runs once for each release, before that comes into force; what Heroku answers here was not found.",
        next: "Its dyno type can be changed: dynosim ps:scale release=0:standard-2x",
        exitCode: 1,
      };
    case "preboot-under-way":
      return {
        title: "The formation cannot be changed while preboot is under way.",
        body: `The old ${failure.dyno} still serves beside the new one; Heroku refuses to scale until it has stopped (so deploy tools reported in 2018 and 2022).`,
        next: "Wait for it, or do not wait: dynosim clock advance 3m",
        exitCode: 1,
      };
    case "scaling-limit":
      return explainScalingLimit(failure);
    case "mixed-dyno-types":
      return explainMixedTypes(failure);
    default:
      return assertNever(failure);
  }
}
