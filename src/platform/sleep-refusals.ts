import type { Formation } from "../formation/formation.ts";
import type { PlatformFailure } from "./failure.ts";

/** Why this app never falls asleep, by itself or by command; undefined: it does. heroku.md 1.3 */
export function whyItNeverSleeps(formation: Formation): PlatformFailure | undefined {
  const [first, ...others] = formation.dynos();
  if (first === undefined) return undefined;
  if (![first, ...others].some(({ plan }) => plan.type.sleeps))
    return { kind: "does-not-sleep", size: first.plan.type.label };
  return formation.webDynos().length === 0 ? { kind: "no-web-no-sleep" } : undefined;
}

/** Why no request wakes it, and no command that stands for one. heroku.md 1.3, design.md 4 */
export function whyItIsNotWoken(formation: Formation): PlatformFailure | undefined {
  const hungry = formation.dynos().find(({ outOfHours }) => outOfHours);
  if (hungry !== undefined) return { kind: "hours-exhausted", size: hungry.plan.type.label };
  const stuck = formation.stuckAsleep;
  return stuck === undefined ? undefined : { kind: "stuck-asleep", dyno: stuck };
}
