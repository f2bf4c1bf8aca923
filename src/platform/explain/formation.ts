import type { FormationFailure } from "../../formation/failure.ts";
import { DYNO_TYPES } from "../../heroku/dyno-types.ts";
import { assertNever } from "../../kernel/assert-never.ts";
import type { Explanation } from "../failure.ts";

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
      return {
        title: `No such dyno size: ${failure.size}.`,
        body: `Dyno types are ${failure.known.join(", ")}.`,
        next: "For example: dynosim ps:scale web=2:standard-1x",
        exitCode: 2,
      };
    case "bad-quantity":
      return {
        title: `Cannot scale ${failure.type} to ${failure.quantity}.`,
        body: "A quantity is a whole number, or a change such as +1 or -1 that does not go below zero.",
        next: "For example: dynosim ps:scale web=2:standard-1x",
        exitCode: 2,
      };
    case "preboot-under-way":
      return {
        title: "The formation cannot be changed while preboot is under way.",
        body: `The old ${failure.dyno} still serves beside the new one; Heroku refuses to scale until it has stopped (so deploy tools reported in 2018 and 2022).`,
        next: "Wait for it, or do not wait: dynosim clock advance 3m",
        exitCode: 1,
      };
    case "scaling-limit":
      return scalingLimit(failure);
    default:
      return assertNever(failure);
  }
}

type ScalingLimit = Extract<FormationFailure, { kind: "scaling-limit" }>;

/** heroku.md 1.2 */
function scalingLimit(failure: ScalingLimit): Explanation {
  const label =
    Object.values(DYNO_TYPES).find((type) => type.name === failure.size.toLowerCase())?.label ?? failure.size;
  const { type, quantity, limit } = failure;
  const whole = failure.scope === "app";
  return {
    title: whole
      ? `Cannot run ${quantity} ${label} dynos at once: an app may have at most ${limit}.`
      : `Cannot scale ${type} to ${quantity}: ${label} allows at most ${limit} ${limit === 1 ? "dyno" : "dynos"} of one process type.`,
    body: `Heroku refuses this as well${limit < FEW ? "; larger dyno types have higher limits" : ""}.`,
    next: nextStep(failure),
    exitCode: 1,
  };
}

/** Eco's and Basic's limits, which a larger type lifts. */
const FEW = 10;

function nextStep({ type, quantity, limit, scope }: ScalingLimit): string {
  if (limit >= FEW) return "Ask for fewer: dynosim ps:scale shows the formation.";
  return scope === "app"
    ? "Run fewer types (dynosim up web), or all on a larger dyno type: dynosim up --dyno-type basic"
    : `Choose a larger type for it: dynosim ps:scale ${type}=${quantity}:standard-1x`;
}
