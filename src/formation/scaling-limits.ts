import type { DynoType } from "../heroku/dyno-types.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { FormationFailure } from "./failure.ts";
import type { Wanted } from "./wanted.ts";

/** What of a formation runs, or would. */
function running(wanted: readonly Wanted[]): readonly Wanted[] {
  return wanted.filter(({ quantity }) => quantity > 0);
}

/** The first of Heroku's limits that this formation passes: mixed types, dynos of a process type, dynos of the app. heroku.md 1.2 */
export function withinLimits(wanted: readonly Wanted[]): Result<void, FormationFailure> {
  const up = running(wanted);
  const mixed = mixedTypes(up);
  if (mixed.length > 0) return fail({ kind: "mixed-dyno-types", sizes: mixed.map(({ label }) => label) });
  for (const one of up) {
    const { perType } = one.size;
    if (perType !== undefined && one.quantity > perType)
      return refuse(one, one.quantity, perType, "type", up);
  }
  const total = up.reduce((sum, { quantity }) => sum + quantity, 0);
  for (const one of up) {
    if (total > one.size.perApp) return refuse(one, total, one.size.perApp, "app", up);
  }
  return ok();
}

/** May a one-off dyno of this dyno type run beside the formation? That the rule holds for them is inferred. heroku.md 1.2 */
export function mayRunBeside(size: DynoType, wanted: readonly Wanted[]): Result<void, FormationFailure> {
  const mixed = mixedTypes([...running(wanted), { size }]);
  return mixed.length === 0
    ? ok()
    : fail({ kind: "mixed-dyno-types", sizes: mixed.map(({ label }) => label) });
}

/**
 * Process types without dynos go along with those that have some, where their dyno types could not stand side by side:
 * nobody has to resize a worker that does not run. Inferred; what Heroku says of types at 0 was not found.
 */
export function goAlong(wanted: readonly Wanted[], resized: readonly string[]): readonly Wanted[] {
  const leader = running(wanted).find(({ type }) => resized.includes(type)) ?? running(wanted)[0];
  if (leader === undefined) return wanted;
  return wanted.map((one) => {
    const follows = one.quantity === 0 && !resized.includes(one.type);
    return follows && mixedTypes([leader, one]).length > 0 ? { ...one, size: leader.size } : one;
  });
}

/** Dyno types that cannot stand side by side, cheapest first; none where they can. */
function mixedTypes(wanted: readonly Pick<Wanted, "size">[]): readonly DynoType[] {
  const sizes = [...new Set(wanted.map(({ size }) => size))];
  if (sizes.length < 2 || !sizes.some(({ alone }) => alone)) return [];
  return sizes.toSorted((a, b) => a.monthly - b.monthly);
}

function refuse(
  { type, size }: Wanted,
  quantity: number,
  limit: number,
  scope: "type" | "app",
  up: readonly Wanted[],
): Result<never, FormationFailure> {
  const others = up
    .filter((one) => one.type !== type)
    .map((one) => ({ type: one.type, quantity: one.quantity }));
  return fail({ kind: "scaling-limit", type, size: size.label, quantity, limit, scope, others });
}
