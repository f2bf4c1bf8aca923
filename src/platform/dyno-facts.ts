import type { Dyno } from "../dyno/dyno.ts";
import type { Phase } from "../dyno/state.ts";
import { processTypeOf } from "../heroku/names.ts";
import type { DynoFacts } from "./platform.ts";

/** A dyno as `ps` shows it. */
export function dynoFacts(dyno: Dyno): DynoFacts {
  return {
    id: dyno.id,
    name: dyno.name,
    type: processTypeOf(dyno.name),
    size: dyno.plan.type,
    command: dyno.plan.command,
    state: psState(dyno.phase),
    since: dyno.since,
    releaseVersion: dyno.plan.releaseVersion,
  };
}

/** heroku.md 2.1: `ps` knows no `complete`, and shows a sleeping dyno as idle. */
function psState(phase: Phase): DynoFacts["state"] {
  return phase.kind === "complete" ? "down" : phase.kind;
}
