import { DYNO_TYPES, dynoTypeNamed, type DynoType } from "../heroku/dyno-types.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { FormationFailure } from "./failure.ts";

export interface Wanted {
  readonly type: string;
  readonly quantity: number;
  readonly size: DynoType;
}

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
    next.set(request.type, { type: request.type, quantity, size });
  }
  const wanted = [...next.values()];
  return withinLimits(wanted) ?? ok(wanted);
}

function quantityAfter(now: number, text: string | undefined): number | undefined {
  if (text === undefined) return now;
  if (!/^[+-]?\d{1,4}$/.test(text)) return undefined;
  const number = Number(text);
  return /^[+-]/.test(text) ? Math.max(0, now + number) : number;
}

/** The first limit that is passed, per type and for the app. heroku.md 1.2 */
function withinLimits(wanted: readonly Wanted[]): Result<never, FormationFailure> | undefined {
  for (const { type, quantity, size } of wanted) {
    if (size.perType !== undefined && quantity > size.perType) {
      return refuse(type, size, quantity, size.perType, "type");
    }
  }
  for (const { type, size } of wanted.filter((one) => one.quantity > 0)) {
    const total = wanted.filter((one) => one.size === size).reduce((sum, one) => sum + one.quantity, 0);
    if (total > size.perApp) return refuse(type, size, total, size.perApp, "app");
  }
  return undefined;
}

function refuse(
  type: string,
  size: DynoType,
  quantity: number,
  limit: number,
  scope: "type" | "app",
): Result<never, FormationFailure> {
  return fail({ kind: "scaling-limit", type, size: size.label, quantity, limit, scope });
}
