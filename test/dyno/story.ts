import type { Effect } from "../../src/dyno/effect.ts";
import type { DynoInput } from "../../src/dyno/input.ts";
import type { DynoRules } from "../../src/dyno/rules.ts";
import { NEW_DYNO, type DynoState } from "../../src/dyno/state.ts";
import { transition } from "../../src/dyno/transition.ts";
import { ERAS } from "../../src/heroku/eras.ts";
import type { DynoName } from "../../src/heroku/names.ts";
import { hours, instant, mebibytes, seconds } from "../../src/kernel/units.ts";
import { formatEvent } from "../../src/logplex/format-event.ts";

export const WEB_RULES: DynoRules = {
  name: "web.1" as DynoName,
  kind: "web",
  quota: mebibytes(512),
  killAt: mebibytes(1024),
  bootLimit: seconds(60),
  grace: seconds(30),
  preboot: undefined,
  attached: false,
  attachLimit: seconds(30),
  hangUpEvery: seconds(5),
  stuckAfterCleanIdleExit: false,
  tellsBadBind: false,
};
export const WORKER_RULES: DynoRules = { ...WEB_RULES, name: "worker.1" as DynoName, kind: "worker" };
export const ONE_OFF_RULES: DynoRules = { ...WEB_RULES, name: "run.4711" as DynoName, kind: "one-off" };
/** `run bash`. */
export const ATTACHED_RULES: DynoRules = { ...ONE_OFF_RULES, attached: true };

export function launched(run: number): DynoInput {
  return { kind: "launched", run, command: "serve", cycleAfter: hours(25) };
}
export function exited(run: number, status: number, outOfMemory = false): DynoInput {
  return { kind: "exited", run, status, outOfMemory };
}

/** Plays inputs from a new dyno on; what is done and told, in order, as short words and Heroku's sentences. */
export function play(rules: DynoRules, inputs: readonly DynoInput[]): { state: DynoState; story: string[] } {
  let state: DynoState = NEW_DYNO;
  const story: string[] = [];
  for (const input of inputs) {
    const step = transition(state, input, rules);
    state = step.state;
    story.push(...step.effects.flatMap(describeEffect));
  }
  return { state, story };
}

function describeEffect(effect: Effect): string[] {
  switch (effect.kind) {
    case "tell":
      return [formatEvent({ ...effect.event, at: instant(0) }, ERAS.now).text];
    case "launch":
      return [`(launch ${effect.run})`];
    case "signal":
      return [`(${effect.signal} to ${effect.run})`];
    case "timer":
      if (effect.timer === "switch") return [`(switch in ${effect.after / 60_000} min)`];
      return effect.timer === "cool-off" ? [`(again in ${effect.after / 60_000} min)`] : [];
    case "await-engine":
      return [`(again when the engine answers, ${effect.after / 1000} s from now)`];
    case "cancel":
      return [];
  }
}
