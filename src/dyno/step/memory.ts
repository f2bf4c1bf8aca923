import type { Effect, Step } from "../effect.ts";
import type { Input } from "../input.ts";
import { judgeMemory } from "../memory-quota.ts";
import type { DynoRules } from "../rules.ts";
import { running, type DynoState, type Run } from "../state.ts";
import { signal, stay, tell } from "./effects.ts";

/** R14 on each sample above the quota, R15 and SIGKILL above twice that. heroku.md 2.8, 4 */
export function memory(state: DynoState, { run, use }: Input<"memory">, rules: DynoRules): Step {
  const phase = running(state, run);
  const verdict = judgeMemory(use, rules.quota, rules.killAt);
  // with preboot the former run is watched as well, for it serves on. heroku.md 2.7
  const watched = run === state.former || (phase !== undefined && phase.sent !== "SIGKILL");
  if (verdict === "within" || !watched) return stay(state);
  const mem = tell(rules, { kind: "memory", used: use.total, quota: rules.quota });
  if (verdict === "R14") return { state, effects: [mem, tell(rules, { kind: "dyno-error", code: "R14" })] };
  return {
    state: phase === undefined ? state : { ...state, phase: { ...phase, sent: "SIGKILL" } },
    effects: [
      mem,
      tell(rules, { kind: "dyno-error", code: "R15" }),
      tell(rules, { kind: "stopping", how: "sigkill" }),
      signal(run, "SIGKILL"),
    ],
  };
}

/** The kernel took one process and the command lives on: told, and the dyno stays as it is. engine.md 3 */
export function childOutOfMemory(state: DynoState, run: Run, rules: DynoRules): Step {
  return running(state, run) === undefined && run !== state.former
    ? stay(state)
    : { state, effects: overLimit(rules) };
}

/** The kernel was faster than the sampler: the same lines, with the limit that it killed at as the figure. */
export function killedByKernel(rules: DynoRules): readonly Effect[] {
  return [...overLimit(rules), tell(rules, { kind: "stopping", how: "sigkill" })];
}

function overLimit(rules: DynoRules): readonly Effect[] {
  return [
    tell(rules, { kind: "memory", used: rules.killAt, quota: rules.quota }),
    tell(rules, { kind: "dyno-error", code: "R15" }),
  ];
}
