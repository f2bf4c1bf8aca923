import type Docker from "dockerode";
import { mebibytes } from "../../kernel/units.ts";
import { RUNNER } from "../dyno-runner.ts";
import type { LaunchSpec } from "../engine.ts";
import { dynoInit, told } from "./dyno-init.ts";
import type { Labels } from "./labels.ts";

/** The dyno's user: baked into the stack images, not root. heroku.md 1.4 */
export const DYNO_USER = "1000:1000";
/** Where a dyno finds its quota and its cores: /sys/fs/cgroup as a whole, which cgroup v2 hosts have as well. */
export const QUOTA_TARGET = "/sys/fs/cgroup";

/** Whether the command runs at once, or when the container that waits with it is told to. */
export type Start = "at-once" | "when-told";

/** What the container needs besides the dyno's own facts. */
export interface Surroundings {
  readonly name: string;
  readonly labels: Labels;
  readonly network: string;
  readonly quotaVolume: string;
  /** The host can swap, and the engine counts it. */
  readonly swap: boolean;
  /** Publish $PORT on 127.0.0.1: for engines whose containers cannot be reached by their own address. */
  readonly publish: boolean;
  /** The engine is reached by a socket of this machine: its processes may be, too. */
  readonly nearby: boolean;
}

/** A dyno as the engine wants to hear it. engine.md 1 */
export function containerSpec(
  spec: LaunchSpec,
  around: Surroundings,
  start: Start,
): Docker.ContainerCreateOptions {
  const terminal = spec.attach?.kind === "terminal";
  return {
    name: around.name,
    Image: spec.image,
    User: DYNO_USER,
    WorkingDir: "/app",
    Entrypoint: [],
    Cmd: command(spec, start),
    // A name alone takes the stack image's value away: LANG is the buildpack's to set. heroku.md 5.2
    Env: ["LANG", ...Object.entries(environment(spec)).map(([name, value]) => `${name}=${value}`)],
    Labels: { ...around.labels, "dynosim.dyno": spec.dyno },
    Tty: terminal,
    ...(opensInput(spec, start) ? { OpenStdin: true, StdinOnce: true, AttachStdin: true } : {}),
    AttachStdout: true,
    AttachStderr: true,
    ...(publishedPort(spec, around) ? { ExposedPorts: { [`${spec.port}/tcp`]: {} } } : {}),
    HostConfig: {
      // A terminal needs a foreground shell, which the init's background job is not; docker-init reaps instead.
      Init: terminal,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      // The init is one process more than the dyno's own.
      PidsLimit: spec.processes + 1,
      Ulimits: [{ Name: "nofile", Soft: spec.openFiles, Hard: spec.openFiles }],
      // The engine's default lets anybody bind port 80.
      Sysctls: { "net.ipv4.ip_unprivileged_port_start": "1024" },
      ...memory(spec, around.swap),
      ...cpu(spec),
      // Twice as fast as a file, and nothing is left on disk; the attached stream is the only copy.
      LogConfig: { Type: "none", Config: {} },
      NetworkMode: around.network,
      Mounts: [
        {
          Type: "volume",
          Source: around.quotaVolume,
          Target: QUOTA_TARGET,
          ReadOnly: true,
          VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: "local", Options: {} } },
        },
      ],
      ...(publishedPort(spec, around)
        ? { PortBindings: { [`${spec.port}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: "" }] } }
        : {}),
    },
  };
}

/** A spare is told by its standard input when to begin. */
export function opensInput(spec: LaunchSpec, start: Start): boolean {
  return spec.attach !== undefined || start === "when-told";
}

function command(spec: LaunchSpec, start: Start): string[] {
  if (spec.attach?.kind === "terminal") return ["bash", "-p", "-c", RUNNER, "dyno", spec.command];
  const init = dynoInit(spec.attach === undefined);
  return ["bash", "-p", "-c", start === "when-told" ? told(init) : init, "init", RUNNER, spec.command];
}

/** heroku.md 5.2; HOME and PATH come with the image. */
function environment(spec: LaunchSpec): Readonly<Record<string, string>> {
  return {
    ...spec.env,
    ...(spec.port === undefined ? {} : { PORT: String(spec.port) }),
    ...(spec.attach?.kind === "terminal"
      ? {
          TERM: spec.attach.term,
          COLUMNS: String(spec.attach.columns),
          LINES: String(spec.attach.rows),
        }
      : {}),
  };
}

/** Below this the engine refuses. */
const LEAST_MEMORY = mebibytes(6);

/** heroku.md 4: above the quota a dyno swaps, at R15's threshold it is killed. Without swap only the second half. */
function memory(spec: LaunchSpec, swap: boolean): { Memory: number; MemorySwap: number } {
  const killAt = Math.max(spec.killAt, LEAST_MEMORY);
  return { Memory: swap ? Math.min(spec.quota, killAt) : killAt, MemorySwap: killAt };
}

/** The kernel's accounting period, in microseconds; its own default. */
const CPU_PERIOD = 100_000;

/** Not NanoCpus: that is refused when it is more than the machine has, and this is then no limit, as it should be. */
function cpu({ cpus }: LaunchSpec): { CpuPeriod?: number; CpuQuota?: number } {
  return cpus === undefined ? {} : { CpuPeriod: CPU_PERIOD, CpuQuota: Math.round(cpus * CPU_PERIOD) };
}

function publishedPort(spec: LaunchSpec, around: Surroundings): boolean {
  return around.publish && spec.port !== undefined;
}
