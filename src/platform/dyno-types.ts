import { DYNO_TYPES, dynoTypeNamed } from "../heroku/dyno-types.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { PlatformFailure } from "./failure.ts";
import type { State } from "./state.ts";

/** `basic` for all process types, or `web=basic,worker=standard-1x`: what `--dyno-type` says. */
export function withDynoTypes(state: State, text: string): Result<Partial<State>, PlatformFailure> {
  let { dynoType } = state;
  const formation = { ...state.formation };
  for (const part of text.toLowerCase().split(",")) {
    const [type, size] = part.includes("=") ? (part.split("=", 2) as [string, string]) : [undefined, part];
    if (dynoTypeNamed(size) === undefined) {
      return fail({ kind: "unknown-dyno-type", size, known: Object.keys(DYNO_TYPES) });
    }
    if (type === undefined) {
      dynoType = size;
      for (const name of Object.keys(formation))
        formation[name] = { quantity: formation[name]?.quantity ?? 0, size };
    } else {
      formation[type] = { quantity: formation[type]?.quantity ?? (type === "web" ? 1 : 0), size };
    }
  }
  return ok({ dynoType, formation });
}
