import { fail, type Result } from "../kernel/result.ts";
import type { FormationFailure } from "./failure.ts";
import { scaled } from "./quantity.ts";
import type { Wanted } from "./wanted.ts";

/**
 * What `up` is to run. `up --all`, `up web worker`: the named types (one dyno where none was wanted), and no others;
 * `stored`: what was wanted last. Within the scaling limits, or it is refused. heroku.md 1.2
 */
export function formationFor(
  named: "stored" | "all" | readonly string[],
  now: readonly Wanted[],
): Result<readonly Wanted[], FormationFailure> {
  if (named === "stored") return scaled(now, []);
  const types = now.map(({ type }) => type);
  const run = named === "all" ? types : named;
  const unknown = run.find((type) => !types.includes(type));
  if (unknown !== undefined) return fail({ kind: "unknown-process-type", type: unknown, known: types });
  return scaled(
    now,
    now.map(({ type, quantity }) => ({
      type,
      quantity: run.includes(type) ? String(Math.max(quantity, 1)) : "0",
      size: undefined,
    })),
  );
}
