import type { DynoObservation } from "../../dyno/world.ts";
import type { Leaver, ShutdownReport } from "../../dyno/shutdown-watch.ts";
import { SHUTDOWN_GRACE } from "../../heroku/limits.ts";
import { WEB } from "../../heroku/names.ts";
import { millis, type Millis } from "../../kernel/units.ts";
import type { Explanation, PlatformFailure } from "../failure.ts";

/** More processes than this are counted, not listed. */
const NAMED = 5;
/** Who needs half of its 30 s will one day need more than all of them. */
const LATE: Millis = millis(SHUTDOWN_GRACE / 2);

type Stopped = Extract<DynoObservation, { kind: "stopped" }>;

/** What a dyno's end is worth telling for; undefined: it left in time, as it should. heroku.md 2.3 */
export function stopAdvice(stopped: Stopped): string | undefined {
  const { dyno, toIdle, stuck, report } = stopped;
  if (stuck) return stuckAdvice(dyno);
  if (report.killed) return killedAdvice(dyno, report);
  if (report.lasted >= LATE) {
    return `${dyno} took ${inSeconds(report.lasted)} of its ${inSeconds(SHUTDOWN_GRACE)} to leave: ${slowest(report)}. Who is not gone by then is killed, with R12.`;
  }
  if (toIdle && report.status === 0 && dyno.startsWith(`${WEB}.`)) return wakesAdvice(dyno);
  return undefined;
}

/** The field report, as design.md 4 has it. */
export function stuckAdvice(dyno: string): string {
  return `${dyno} ${STUCK} Until then every request gets H10. ${WAY_OUT}`;
}

const STUCK =
  "answered the idle SIGTERM with exit status 0. As reported of free dynos in 2020, such an app is not woken again until it is restarted by hand: dynosim ps:restart.";
const WAY_OUT =
  "An app whose web process dies of SIGTERM (status 143) is woken: gunicorn's master exits with 0, waitress dies with 143.";

/** `wake`, of an app that no request wakes. */
export function explainStuck({ dyno }: Extract<PlatformFailure, { kind: "stuck-asleep" }>): Explanation {
  return {
    title: `${dyno} is asleep and is not woken by requests, nor by this.`,
    body: `It ${STUCK} ${WAY_OUT}`,
    next: "Get it back: dynosim ps:restart. See it woken: dynosim up --era now --switch stuck-after-clean-idle-exit=era",
    exitCode: 1,
  };
}

function wakesAdvice(dyno: string): string {
  return `${dyno} answered the idle SIGTERM with exit status 0; its next request wakes it. Free dynos of 2020 stayed asleep after that: dynosim up --era legacy shows it.`;
}

function killedAdvice(dyno: string, report: ShutdownReport): string {
  const killed = report.processes.filter((one) => one.killed);
  const who = killed.length === 0 ? "" : `: ${listed(killed.map(stubborn))}`;
  return `${dyno} was killed ${inSeconds(report.lasted)} after SIGTERM${who}. What it was doing then is lost; a process should take SIGTERM, finish what it has begun, and exit.`;
}

function stubborn(one: Leaver): string {
  return `${named(one)} ${reaction(one)}`;
}

/** Why somebody was still there when SIGKILL came, as far as it was seen. */
function reaction({ late, onSigterm }: Leaver): string {
  if (late) return "began after SIGTERM";
  switch (onSigterm) {
    case "ignores":
      return "ignores SIGTERM";
    case "handles":
      return "handles SIGTERM and was not done";
    case "dies":
    case undefined:
      return "did not leave";
  }
}

function slowest({ processes }: ShutdownReport): string {
  const late = processes.filter((one) => one.leftAfter >= LATE);
  return late.length === 0
    ? "nobody saw who"
    : listed(late.map((one) => `${named(one)} left after ${inSeconds(one.leftAfter)}`));
}

function named({ command, pid }: Pick<Leaver, "command" | "pid">): string {
  return `${shortCommand(command)} (pid ${pid})`;
}

const LONGEST = 60;

/** As a person would say it: `python gunicorn app:app`, without the folders that programs lie in. */
export function shortCommand(command: string): string {
  const short = command.replaceAll(/(^| )(?:\/[\w.-]+)+\/bin\/(?=\S)/g, "$1");
  return short.length > LONGEST ? `${short.slice(0, LONGEST)}...` : short;
}

function listed(items: readonly string[]): string {
  const rest = items.length - NAMED;
  return rest > 0 ? `${items.slice(0, NAMED).join(", ")} and ${rest} more` : items.join(", ");
}

/** `0.4 s`, `30 s`: tenths below ten seconds, as far as a look every tenth of a second can tell. */
function inSeconds(duration: Millis): string {
  return `${duration < 10_000 ? (duration / 1000).toFixed(1) : Math.round(duration / 1000)} s`;
}
