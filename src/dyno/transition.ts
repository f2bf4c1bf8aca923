import { assertNever } from "../kernel/assert-never.ts";
import type { Step } from "./effect.ts";
import type { DynoInput } from "./input.ts";
import type { DynoRules } from "./rules.ts";
import type { DynoState } from "./state.ts";
import { badBind, bootProved, bootTimeOver, bound, launched } from "./step/boot.ts";
import { attachTimeOver, clientCame, clientGone, hangUpDue } from "./step/client.ts";
import { coolOffOver, exited } from "./step/exit.ts";
import { engineBack, launchFailed, lost } from "./step/lost.ts";
import { childOutOfMemory, memory } from "./step/memory.ts";
import { switchDue } from "./step/preboot.ts";
import { hoursBack, hoursOut, idle, wake, withinHours } from "./step/sleep.ts";
import { cycleDue, restart, start } from "./step/start.ts";
import { graceOver, stop } from "./step/stop.ts";

/**
 * The life of a dyno: what it becomes, and what has to be done and told for it, in this order. Pure. heroku.md 2.8
 * An input that no longer fits (a timer of a run that is gone) changes nothing.
 *
 *     down ── start ──▶ starting ── bound, launched ──▶ up ── restart, cycle ──▶ starting
 *                        ▲ ▲ ▲                         │ │ │
 *                        │ │ └──── wake ──── idle ◀────┘ │ │    no requests, no hours
 *                        │ └── back-off ── crashed ◀─────┘ │    any exit
 *                        └── engine back ── lost ◀─────────┘    the engine is away
 *
 * The sketch leaves out what these lines have in full; a test holds them against the function (test/dyno/ways.test.ts).
 *
 * Web and worker dynos:
 *
 *     down     ── start ──▶ starting
 *     starting ── bound, launched ──▶ up                 web; worker
 *     starting ── restart, cycle-due ──▶ starting        the next run; the old one has been sent SIGTERM
 *     starting ── exited ──▶ starting, crashed           the first crash: at once; later ones wait
 *     starting ── launch-failed ──▶ lost, crashed        the engine cannot; the slug is gone
 *     starting ── lost ──▶ lost
 *     starting ── bound, launched, exited, launch-failed, lost ──▶ idle    out of hours
 *     starting ── stop ──▶ down
 *     up       ── restart, cycle-due ──▶ starting
 *     up       ── exited ──▶ starting, crashed
 *     up       ── lost ──▶ lost
 *     up       ── idle, hours-out ──▶ idle
 *     up       ── stop ──▶ down
 *     crashed  ── cool-off-over, restart ──▶ starting
 *     crashed  ── idle, hours-out ──▶ idle
 *     crashed  ── stop ──▶ down
 *     lost     ── engine-back, restart ──▶ starting
 *     lost     ── idle, hours-out ──▶ idle
 *     lost     ── stop ──▶ down
 *     idle     ── wake, restart ──▶ starting             wake: unless stuck or out of hours
 *     idle     ── stop ──▶ down
 *
 * One-off and release dynos:
 *
 *     down     ── start ──▶ starting
 *     starting ── launched ──▶ up
 *     starting ── launch-failed ──▶ complete
 *     up       ── exited, lost ──▶ complete
 */
export function transition(state: DynoState, input: DynoInput, rules: DynoRules): Step {
  return withinHours(step(state, input, rules), rules);
}

function step(state: DynoState, input: DynoInput, rules: DynoRules): Step {
  switch (input.kind) {
    case "start":
      return start(state, rules);
    case "restart":
      return restart(state, input.why, rules);
    case "stop":
      return stop(state, rules);
    case "idle":
      return idle(state, rules);
    case "wake":
      return wake(state, rules);
    case "hours-out":
      return hoursOut(state);
    case "hours-back":
      return hoursBack(state);
    case "launched":
      return launched(state, input, rules);
    case "launch-failed":
      return launchFailed(state, input, rules);
    case "lost":
      return lost(state, input.run, rules);
    case "engine-back":
      return engineBack(state, rules);
    case "bad-bind":
      return badBind(state, input, rules);
    case "bound":
      return bound(state, input.run, rules);
    case "boot-time-over":
      return bootTimeOver(state, input.run, rules);
    case "boot-proved":
      return bootProved(state, input.run);
    case "grace-over":
      return graceOver(state, input.run, rules);
    case "cool-off-over":
      return coolOffOver(state, rules);
    case "cycle-due":
      return cycleDue(state, input.run, rules);
    case "switch-due":
      return switchDue(state, input.run, rules);
    case "memory":
      return memory(state, input, rules);
    case "child-out-of-memory":
      return childOutOfMemory(state, input.run, rules);
    case "exited":
      return exited(state, input, rules);
    case "client-came":
      return clientCame(state, input.run);
    case "attach-time-over":
      return attachTimeOver(state, input.run, rules);
    case "hang-up-due":
      return hangUpDue(state, input.run, rules);
    case "client-gone":
      return clientGone(state, input.run, rules);
    default:
      return assertNever(input);
  }
}
