import type { How, LimitFact, LimitId } from "../limit-fact.ts";

/** What of an engine decides how a dyno's limits hold in it. */
export interface LimitGrounds {
  readonly limitsMemory: boolean;
  readonly limitsProcesses: boolean;
  readonly capsCpu: boolean;
  /** Traffic between containers of one bridge can be forbidden. */
  readonly filtersBridges: boolean;
  readonly isPodman: boolean;
  readonly isRootless: boolean;
  readonly cgroup: "1" | "2";
}

/** Each with its reason. engine.md 13 */
export function limitFacts(grounds: LimitGrounds): readonly LimitFact[] {
  const cgroups = grounds.isRootless && grounds.cgroup !== "2" ? NO_CGROUPS : undefined;
  const noMemory = grounds.limitsMemory ? cgroups : "the engine cannot limit it (no memory cgroup)";
  const noProcesses = grounds.limitsProcesses
    ? cgroups
    : "the engine cannot limit their number (no pids cgroup)";
  const noCpu = grounds.capsCpu ? cgroups : "the engine cannot cap it (no CFS quota in its kernel)";
  const openFiles =
    grounds.isPodman && grounds.isRootless ? "rootless Podman may ignore the limit" : undefined;
  return [
    unless(noMemory, "memory-quota", "R14 from the dyno's own control group"),
    unless(noMemory, "memory-kill", "the kernel kills at R15's threshold"),
    unless(noMemory, "kernel-memory-cap", "no more than R15's threshold, at any moment"),
    unless(noProcesses, "processes", "the kernel refuses one more"),
    unless(openFiles, "open-files", "10000 for each process", "partly"),
    unless(noCpu, "cpu-share", "capped with --cpu dyno"),
    row(
      "cores",
      "partly",
      "nproc shows Heroku's number, os.cpu_count() and Node's os.cpus() show this machine's",
    ),
    row("fresh-files", "enforced", "each life has a layer of its own over the slug"),
    row("other-files", "enforced", "a file system of its own, whose user is not root"),
    row("app-folder", "enforced", "/app"),
    row("private-tmp", "enforced", "of its own"),
    row("process-tree", "enforced", "it sees its own processes only"),
    unless(network(grounds), "network", "only the router reaches $PORT", "partly"),
    row("low-ports", "enforced", "ports below 1024 are refused"),
    row(
      "stack",
      "partly",
      "Debian's packages in the places of heroku-24's; Heroku's own images come with --stack-image",
    ),
    row("python", "enforced", "of the minor that the app wants, in the slug"),
    row("user", "enforced", "not root, without capabilities"),
  ];
}

const NO_CGROUPS = "a rootless engine without cgroup v2 enforces none of the limits";

function network({ isPodman, filtersBridges }: LimitGrounds): string | undefined {
  if (isPodman)
    return "dynos of one app may reach each other (Podman does not know the option that forbids it)";
  return filtersBridges
    ? undefined
    : "dynos of one app may reach each other (bridge-nf-call-iptables is off on the engine's machine)";
}

/** Enforced, but for a reason why not. */
function unless(
  reason: string | undefined,
  limit: LimitId,
  detail: string,
  otherwise: How = "absent",
): LimitFact {
  return reason === undefined ? row(limit, "enforced", detail) : row(limit, otherwise, reason);
}

function row(limit: LimitId, how: How, detail: string): LimitFact {
  return { limit, how, detail };
}
