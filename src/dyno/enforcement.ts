import { cpusOf, type DynoType } from "../heroku/dyno-types.ts";
import { bytes, type Bytes } from "../kernel/units.ts";

/** How hard the limits are that a machine can set more or less strictly: what `up --memory` and `--cpu` say. */
export interface Enforcement {
  /** `strict`: killed at the quota itself, so that nothing is ever in R14's zone above it. design.md 4 */
  readonly memory: "heroku" | "strict";
  /** `dyno`: no more than the dyno type's share; `machine`: what the machine has. */
  readonly cpu: "machine" | "dyno";
}

export const ENFORCEMENT: Enforcement = { memory: "heroku", cpu: "machine" };

/** Where R15 stands, and with it the kernel's limit. heroku.md 1.1 */
export function killThreshold(type: DynoType, { memory }: Enforcement): Bytes {
  return memory === "strict" ? type.memory : bytes(Math.floor(type.memory * type.killFactor));
}

export function cpuCap(type: DynoType, { cpu }: Enforcement): number | undefined {
  return cpu === "dyno" ? cpusOf(type) : undefined;
}
