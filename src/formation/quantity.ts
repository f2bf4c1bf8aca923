import { DYNO_TYPES, dynoTypeNamed } from "../heroku/dyno-types.ts";
import { RELEASE } from "../heroku/names.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { FormationFailure } from "./failure.ts";
import { goAlong, withinLimits } from "./scaling-limits.ts";
import type { Wanted } from "./wanted.ts";

export interface ScaleRequest {
  readonly type: string;
  /** `2`, `+1`, `-1`; undefined keeps it. */
  readonly quantity: string | undefined;
  readonly size: string | undefined;
}

/** Applies a scale request to what is wanted now, within Heroku's scaling limits. heroku.md 1.2, 9 */
export function scaled(
  now: readonly Wanted[],
  requests: readonly ScaleRequest[],
): Result<readonly Wanted[], FormationFailure> {
  const next = new Map(now.map((one) => [one.type, one]));
  for (const request of requests) {
    const one = next.get(request.type);
    if (one === undefined) {
      return fail({ kind: "unknown-process-type", type: request.type, known: [...next.keys()] });
    }
    const size = request.size === undefined ? one.size : dynoTypeNamed(request.size.toLowerCase());
    if (size === undefined) {
      return fail({ kind: "unknown-dyno-type", size: request.size ?? "", known: Object.keys(DYNO_TYPES) });
    }
    const quantity = quantityAfter(one.quantity, request.quantity);
    if (quantity === undefined) {
      return fail({ kind: "bad-quantity", type: request.type, quantity: request.quantity ?? "" });
    }
    if (request.type === RELEASE && quantity > 0) return fail({ kind: "release-runs-once" });
    next.set(request.type, { type: request.type, quantity, size });
  }
  const resized = requests.filter(({ size }) => size !== undefined).map(({ type }) => type);
  const wanted = goAlong([...next.values()], resized);
  const allowed = withinLimits(wanted);
  return allowed.ok ? ok(wanted) : allowed;
}

function quantityAfter(now: number, text: string | undefined): number | undefined {
  if (text === undefined) return now;
  if (!/^[+-]?\d{1,4}$/.test(text)) return undefined;
  const number = Number(text);
  return /^[+-]/.test(text) ? Math.max(0, now + number) : number;
}
