import { commandsOf } from "../formation/plans.ts";
import type { Wanted } from "../formation/wanted.ts";
import { withinLimits } from "../formation/scaling-limits.ts";
import { DYNO_TYPES, dynoTypeNamed, type DynoType } from "../heroku/dyno-types.ts";
import { ERAS } from "../heroku/eras.ts";
import { WEB } from "../heroku/names.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import { History } from "../release/history.ts";
import type { PlatformFailure } from "./failure.ts";
import type { State } from "./state.ts";

type Sized = Pick<State, "dynoType" | "formation" | "era">;

/**
 * Dyno type of what nobody has sized: the app's, else what goes with the dynos that it has, else the era's. An app of
 * standard and larger types gets Standard-1X (inferred).
 */
export function defaultTypeOf({ dynoType, formation, era }: Sized): DynoType {
  const chosen = typeNamed(dynoType);
  if (chosen !== undefined) return chosen;
  const running = Object.values(formation).flatMap(({ quantity, size }) => {
    const type = quantity === 0 ? undefined : typeNamed(size);
    return type === undefined ? [] : [type];
  });
  if (running.some(({ preboot }) => preboot)) return DYNO_TYPES["standard-1x"];
  return running[0] ?? DYNO_TYPES[ERAS[era].defaultDynoType];
}

export function dynoTypeOf(state: Sized, type: string): DynoType {
  return typeNamed(state.formation[type]?.size) ?? defaultTypeOf(state);
}

/** What is stored of these process types; types that the Procfile lost are kept elsewhere, and are none of them. */
export function wantedOf(state: Sized, types: readonly string[]): readonly Wanted[] {
  return types.map((type) => ({
    type,
    quantity: state.formation[type]?.quantity ?? 0,
    size: dynoTypeOf(state, type),
  }));
}

/**
 * `basic` for all process types, or `web=basic,worker=standard-1x`: what `--dyno-type` says. What is known to run stays
 * within the scaling limits, or nothing of it is taken; the process types of a first deploy are looked at by the deploy.
 */
export function withDynoTypes(
  state: Sized & Pick<State, "releases">,
  text: string,
): Result<Pick<State, "dynoType" | "formation">, PlatformFailure> {
  let { dynoType } = state;
  const formation = { ...state.formation };
  for (const part of text.split(",")) {
    const [, type, name = ""] = /^(?:([^=]*)=)?(.*)$/.exec(part.trim()) ?? [];
    const size = typeNamed(name.trim().toLowerCase());
    if (size === undefined)
      return fail({ kind: "unknown-dyno-type", size: name.trim(), known: Object.keys(DYNO_TYPES) });
    if (type === undefined) dynoType = size.name;
    for (const one of type === undefined ? Object.keys(formation) : [type.trim()]) {
      const quantity = formation[one]?.quantity ?? (one === WEB ? 1 : 0);
      formation[one] = { quantity, size: size.name };
    }
  }
  const types = Object.keys(commandsOf(new History(state.releases).current));
  const allowed = withinLimits(wantedOf({ ...state, dynoType, formation }, types));
  return allowed.ok ? ok({ dynoType, formation }) : allowed;
}

function typeNamed(name: string | undefined): DynoType | undefined {
  return name === undefined ? undefined : dynoTypeNamed(name);
}
