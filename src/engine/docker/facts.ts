import { readFile } from "node:fs/promises";
import type Docker from "dockerode";
import { fail, ok, type Result } from "../../kernel/result.ts";
import type { EngineFacts } from "../engine.ts";
import type { EngineFailure } from "../failure.ts";
import type { Connection } from "./connect.ts";
import { attempt } from "./engine-trouble.ts";
import { limitFacts } from "./limit-facts.ts";

/** What the engine says of itself, as far as we ask. */
export interface RawFacts {
  readonly version: Pick<Docker.DockerVersion, "Version" | "ApiVersion" | "Arch"> & {
    readonly Components?: readonly { readonly Name: string }[];
  };
  readonly info: {
    readonly Driver?: string;
    readonly CgroupVersion?: string;
    readonly MemoryLimit?: boolean;
    readonly SwapLimit?: boolean;
    readonly CpuCfsQuota?: boolean;
    readonly PidsLimit?: boolean;
    readonly BridgeNfIptables?: boolean;
    readonly OperatingSystem?: string;
    readonly OSType?: string;
    readonly SecurityOptions?: readonly string[] | null;
  };
  /** This machine has swap space; only means something where the engine is on this machine. */
  readonly hostSwaps: boolean;
  readonly socket: string;
}

/** The oldest API with all that is used here. engine.md 13 */
const OLDEST_API = 1.4;

export async function askFacts({ docker, socket }: Connection): Promise<Result<RawFacts, EngineFailure>> {
  return attempt("ask the engine about itself", async () => ({
    version: await docker.version(),
    info: (await docker.info()) as RawFacts["info"],
    hostSwaps: await hostSwaps(),
    socket,
  }));
}

/** An engine that cannot run dynos at all; what it merely does not enforce is in its `limits`. */
export function fitness(raw: RawFacts): Result<void, EngineFailure> {
  const [major = 0, minor = 0] = raw.version.ApiVersion.split(".").map(Number);
  if (major === 1 && minor < 40)
    return unfit(`it speaks API ${raw.version.ApiVersion}; at least ${OLDEST_API.toFixed(2)} is needed`);
  if (raw.info.OSType !== undefined && raw.info.OSType !== "linux")
    return unfit(`it runs ${raw.info.OSType} containers; Linux ones are needed`);
  return ok();
}

export function describe(raw: RawFacts): EngineFacts {
  const cgroup = raw.info.CgroupVersion === "2" ? "2" : "1";
  return {
    product: product(raw),
    version: raw.version.Version,
    architecture: raw.version.Arch,
    limits: limitFacts({
      limitsMemory: raw.info.MemoryLimit !== false,
      limitsProcesses: raw.info.PidsLimit !== false,
      capsCpu: raw.info.CpuCfsQuota !== false,
      filtersBridges: raw.info.BridgeNfIptables !== false,
      isPodman: isPodman(raw),
      isRootless: isRootless(raw),
      cgroup,
    }),
    means: {
      kind: "containers",
      apiVersion: raw.version.ApiVersion,
      storage: raw.info.Driver ?? "unknown",
      cgroup,
      swap: swaps(raw),
      socket: raw.socket,
    },
  };
}

/** A dyno over its quota can be swapped out, as Heroku's are. */
export function swaps(raw: RawFacts): boolean {
  return raw.info.SwapLimit === true && raw.hostSwaps && mayBeReached(raw);
}

/**
 * Whether containers may be reached by their own address: a Linux engine on this machine, its network not inside a
 * virtual machine or a user's namespace. A guess that the first dyno proves or refutes. engine.md 14
 */
export function mayBeReached(raw: RawFacts): boolean {
  return isNearby(raw) && !isDesktop(raw) && !isRootless(raw) && process.platform === "linux";
}

/** Reached by a socket of this machine, though perhaps in a virtual machine on it. */
export function isNearby({ socket }: RawFacts): boolean {
  return socket.startsWith("/") || socket.startsWith("unix://");
}

export function isPodman(raw: RawFacts): boolean {
  return (raw.version.Components ?? []).some(({ Name }) => Name.includes("Podman"));
}

function product(raw: RawFacts): string {
  if (isPodman(raw)) return "Podman";
  return isDesktop(raw) ? "Docker Desktop" : "Docker";
}

function unfit(reason: string): Result<never, EngineFailure> {
  return fail({ kind: "engine-unfit", reason });
}

function isDesktop(raw: RawFacts): boolean {
  return raw.info.OperatingSystem?.includes("Docker Desktop") ?? false;
}

function isRootless(raw: RawFacts): boolean {
  return (raw.info.SecurityOptions ?? []).some((option) => option.includes("rootless"));
}

async function hostSwaps(): Promise<boolean> {
  const meminfo = await readFile("/proc/meminfo", "utf8").catch(() => "");
  return Number(/^SwapTotal:\s+(\d+)/m.exec(meminfo)?.[1] ?? 0) > 0;
}
