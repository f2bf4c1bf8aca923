import type { FormationFailure } from "../../formation/failure.ts";
import { DYNO_TYPES, dynoTypeNamed, type DynoType } from "../../heroku/dyno-types.ts";
import { allNearest } from "../../kernel/nearest.ts";
import type { Explanation } from "../failure.ts";

type Failure<Kind extends FormationFailure["kind"]> = Extract<FormationFailure, { readonly kind: Kind }>;

/**
 * Titles are what Heroku's API answers. heroku.md 1.2; the sentences are from answers that people posted: per type in
 * 2017, per app from 2015 to 2022, mixed types and unknown sizes in 2015 to 2022.
 */
export function explainScalingLimit(failure: Failure<"scaling-limit">): Explanation {
  const { limit, scope } = failure;
  const label = sizeOf(failure.size)?.label ?? failure.size;
  return {
    title:
      scope === "app"
        ? aboveAppLimit(limit, label)
        : `Cannot update to more than ${limit} ${label} size dynos per process type.`,
    body: `Asked for: ${failure.quantity}${scope === "app" ? ", all process types together" : ` of ${failure.type}`}. Heroku refuses this as well${limit < FEW ? "; larger dyno types have higher limits" : ""}.`,
    next: nextStep(failure),
    exitCode: 1,
  };
}

/** Of the formation and of one-off dynos alike. `label`: of the dyno type, as `Eco`. */
export function aboveAppLimit(limit: number, label: string): string {
  return `Cannot run more than ${limit} ${label} size dynos.`;
}

export function explainMixedTypes({ sizes }: Failure<"mixed-dyno-types">): Explanation {
  const alone = sizes.find((label) => sizeOf(label)?.alone === true) ?? "Eco";
  const largest = sizeOf(sizes.at(-1) ?? "")?.name ?? "standard-1x";
  return {
    title: `Cannot use the following dyno types in the same app: ${listed(sizes)}`,
    body: `${alone} dynos stand alone: an app that has some has no others. It is a rule of long standing on Heroku.`,
    next: `Change all of them at once: dynosim ps:type ${largest} (before the app is up: dynosim up --dyno-type ${largest})`,
    exitCode: 1,
  };
}

export function explainUnknownSize({ size, known }: Failure<"unknown-dyno-type">): Explanation {
  const near = allNearest(size, known);
  return {
    title: `No such size as ${size === "" ? "nothing" : size}. Available dyno sizes are ${listed(known.map((name) => sizeOf(name)?.label ?? name))}.`,
    body: near.length === 0 ? "" : `Did you mean ${listed(near, "or")}?`,
    next: "For example: dynosim ps:scale web=2:standard-1x, or dynosim up --dyno-type web=basic",
    exitCode: 2,
  };
}

/** Eco's and Basic's limits, which a larger type lifts. */
const FEW = 10;

function nextStep({ type, quantity, limit, scope, size, others }: Failure<"scaling-limit">): string {
  if (limit >= FEW) return "Ask for fewer: dynosim ps:scale shows the formation.";
  if (scope === "app")
    return "Run fewer types (dynosim up web), or all on a larger dyno type: dynosim up --dyno-type basic";
  // the others have to go along, or the next refusal would be that of mixed types
  const along = sizeOf(size)?.alone === true ? others : [];
  const changes = [{ type, quantity }, ...along].map((one) => `${one.type}=${one.quantity}:standard-1x`);
  return `Choose a larger type: dynosim ps:scale ${changes.join(" ")} (before the app is up: dynosim up --dyno-type standard-1x)`;
}

function sizeOf(nameOrLabel: string): DynoType | undefined {
  return (
    dynoTypeNamed(nameOrLabel.toLowerCase()) ??
    Object.values(DYNO_TYPES).find(({ label }) => label === nameOrLabel)
  );
}

/** `Eco, Basic and Standard-1X` */
function listed(words: readonly string[], joint: "and" | "or" = "and"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${joint} ${words.at(-1)}`;
}
