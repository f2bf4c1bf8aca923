import { it } from "vitest";
import type { LimitFact, LimitId } from "../../src/engine/limit-fact.ts";
import { CONFINEMENT_KINDS, findConfinement } from "../../src/engine/process/find-confinement.ts";
import { limitFacts } from "../../src/engine/process/limit-facts.ts";
import { ENGINE, processPlaces } from "./in-engine.ts";

/** How the limits hold in the engine of this run; containers enforce them all. */
const FACTS: readonly LimitFact[] = ENGINE === "docker" ? [] : await factsOfProcesses();

async function factsOfProcesses(): Promise<readonly LimitFact[]> {
  const prefer = CONFINEMENT_KINDS.find((kind) => kind === process.env["DYNOSIM_CONFINEMENT"]);
  return limitFacts({ confinement: await findConfinement({ root: processPlaces().root, prefer }) });
}

/** As `it` is called. */
type Case = (name: string, act: () => Promise<void> | void) => void;

/**
 * `it`, for a case that rests on a limit which this run's engine may not enforce, or on containers as such. Where it cannot
 * hold it is not run, and that is said, with the reason: as soon as the engine's own table has the limit enforced, it is.
 */
export function needs(what: LimitId | "containers", why: string): Case {
  const missing = missed(what);
  return missing === undefined ? it : (name) => console.log(`not run: ${name}\n  ${missing}: ${why}`);
}

/** Whether a limit is enforced here, for what differs in the midst of a case. */
export function holds(limit: LimitId): boolean {
  return missed(limit) === undefined;
}

function missed(what: LimitId | "containers"): string | undefined {
  if (ENGINE === "docker") return undefined;
  if (what === "containers") return "no containers";
  const fact = FACTS.find(({ limit }) => limit === what);
  return fact === undefined || fact.how === "enforced" ? undefined : `${what} is ${fact.how}`;
}
