import { HANG_UPS, UNATTACHED_STATUS } from "../../heroku/limits.ts";
import type { Step } from "../effect.ts";
import type { DynoRules } from "../rules.ts";
import { running, type DynoState, type Run } from "../state.ts";
import { cancel, signal, stay, tell } from "./effects.ts";

/** An attached one-off dyno was started, and its client has yet to connect. heroku.md 2.8 */
export function awaitClient({ state, effects }: Step, rules: DynoRules): Step {
  const run = state.runs;
  return {
    state: { ...state, client: { kind: "awaited" } },
    effects: [
      tell(rules, { kind: "awaiting-client" }),
      ...effects,
      {
        kind: "timer",
        timer: "attach",
        run,
        clock: "real",
        after: rules.attachLimit,
        input: { kind: "attach-time-over", run },
      },
    ],
  };
}

export function clientCame(state: DynoState, run: Run): Step {
  if (state.client.kind !== "awaited") return stay(state);
  return { state: { ...state, client: { kind: "there" } }, effects: [cancel("attach", run)] };
}

/** R13: the log that has it goes on with the end of the process, and no word of a signal. See ATTACH_LIMIT. */
export function attachTimeOver(state: DynoState, run: Run, rules: DynoRules): Step {
  const phase = running(state, run);
  if (phase === undefined || state.client.kind !== "awaited") return stay(state);
  return {
    state: { ...state, phase: { ...phase, sent: "SIGKILL" }, client: { kind: "missed" } },
    effects: [tell(rules, { kind: "dyno-error", code: "R13" }), signal(run, "SIGKILL")],
  };
}

/** What the log gives as status. */
export function statusTold({ client }: DynoState, status: number): number {
  return client.kind === "missed" ? UNATTACHED_STATUS : status;
}

/** The client went away. heroku.md 8 */
export function clientGone(state: DynoState, run: Run, rules: DynoRules): Step {
  const { client } = state;
  if (running(state, run) === undefined || (client.kind !== "there" && client.kind !== "awaited"))
    return stay(state);
  const { state: left, effects } = hangUp(state, run, 1, rules);
  return { state: left, effects: [cancel("attach", run), ...effects] };
}

/** Nothing has come of the last SIGHUP: again, and in the end R16, with which the dyno is left alone. heroku.md 2.9 */
export function hangUpDue(state: DynoState, run: Run, rules: DynoRules): Step {
  const { client } = state;
  if (running(state, run)?.sent !== "nothing" || client.kind !== "gone") return stay(state);
  return client.hangUps < HANG_UPS
    ? hangUp(state, run, client.hangUps + 1, rules)
    : { state, effects: [tell(rules, { kind: "dyno-error", code: "R16" })] };
}

function hangUp(state: DynoState, run: Run, hangUps: number, rules: DynoRules): Step {
  return {
    state: { ...state, client: { kind: "gone", hangUps } },
    effects: [
      tell(rules, { kind: "client-gone" }),
      signal(run, "SIGHUP"),
      {
        kind: "timer",
        timer: "hang-up",
        run,
        clock: "real",
        after: rules.hangUpEvery,
        input: { kind: "hang-up-due", run },
      },
    ],
  };
}
