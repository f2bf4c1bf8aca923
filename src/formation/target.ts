import type { Dyno } from "../dyno/dyno.ts";
import { processTypeOf } from "../heroku/names.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { FormationFailure } from "./failure.ts";

/** What `ps:restart` and `ps:stop` are about. heroku.md 9 */
export type Target =
  | { readonly kind: "all" }
  | { readonly kind: "type"; readonly type: string }
  | { readonly kind: "dyno"; readonly dyno: string };

/** The dynos that `target` means; a process type that is there and has none means none. */
export function chosen(
  target: Target,
  dynos: readonly Dyno[],
  types: readonly string[],
): Result<readonly Dyno[], FormationFailure> {
  switch (target.kind) {
    case "all":
      return ok(dynos);
    case "type":
      return types.includes(target.type)
        ? ok(dynos.filter(({ name }) => processTypeOf(name) === target.type))
        : fail({ kind: "unknown-process-type", type: target.type, known: types });
    case "dyno": {
      const dyno = dynos.find(({ name }) => name === target.dyno);
      return dyno === undefined
        ? fail({ kind: "unknown-dyno", dyno: target.dyno, known: dynos.map(({ name }) => name) })
        : ok([dyno]);
    }
  }
}
