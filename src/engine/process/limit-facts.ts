import type { How, LimitFact, LimitId } from "../limit-fact.ts";
import type { Confinement } from "./confinement.ts";

/** What was found on this machine that decides how a dyno's limits hold among its processes. */
export interface LimitGrounds {
  readonly confinement: Pick<Confinement, "isShut" | "overlays" | "limitsProcesses" | "refusesLowPorts">;
}

/**
 * How the limits of a dyno hold for host processes. Details are short: a person reads them at each start, in 80 columns.
 * issue E 2, 4
 */
export function limitFacts({ confinement }: LimitGrounds): readonly LimitFact[] {
  const { isShut, overlays, limitsProcesses, refusesLowPorts } = confinement;
  return [
    row("memory-quota", "sampled", "its processes added up every 20 s (R14)"),
    row("memory-kill", "sampled", "looked at once a second, then SIGKILL (R15)"),
    row("kernel-memory-cap", "absent", "between two looks it takes what there is"),
    limitsProcesses
      ? row("processes", "enforced", "the kernel refuses one more")
      : row("processes", "sampled", "counted once a second; over the limit: SIGKILL"),
    row("open-files", "enforced", "as far as your own limit allows (ulimit -Hn)"),
    row("cpu-share", "absent", "no cap; --cpu dyno changes nothing"),
    row("cores", "partly", "nproc shows Heroku's number, all else yours"),
    row("fresh-files", "enforced", `each life: ${overlays ? "a new layer over" : "a new copy of"} the slug`),
    either(isShut, "other-files", "read-only, but for /app and /tmp", "it may write wherever you may"),
    either(isShut, "app-folder", "/app", "in the temp folder; HOME says where"),
    either(isShut, "private-tmp", "of its own", "/tmp is the machine's, shared by all"),
    either(isShut, "process-tree", "it sees its own processes only", "it sees yours, and may signal them"),
    row("network", "absent", "dynos see each other and all that listens here"),
    either(refusesLowPorts, "low-ports", "ports below 1024 are refused", "it may listen below 1024"),
    row("stack", "absent", "your libraries and programs, not heroku-24's"),
    row("python", "partly", "yours of the wanted minor, in a venv"),
    row("user", "absent", "you: it may read what you may read"),
  ];
}

function either(holds: boolean, limit: LimitId, detail: string, otherwise: string): LimitFact {
  return holds ? row(limit, "enforced", detail) : row(limit, "absent", otherwise);
}

function row(limit: LimitId, how: How, detail: string): LimitFact {
  return { limit, how, detail };
}
