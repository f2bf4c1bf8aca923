import type { Environment } from "../environment.ts";
import { Agent } from "node:http";
import { homedir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import type Library from "dockerode";
import type { Clock } from "../../kernel/clock.ts";
import { fail, ok, type Result } from "../../kernel/result.ts";
import { seconds, type Millis } from "../../kernel/units.ts";
import type { EngineFailure } from "../failure.ts";
import { Docker } from "./dockerode.ts";
import { reasonOf } from "./engine-trouble.ts";

export interface Connection {
  readonly docker: Library;
  /** What was reached: a path or a URL. */
  readonly socket: string;
}

interface Candidate {
  readonly socket: string;
  readonly options: Library.DockerOptions;
}

/** A local socket answers in a millisecond; this is for a remote engine, or one that hangs. */
const PATIENCE: Millis = seconds(5);

/** Where an engine may listen. DOCKER_HOST, when set, is the only one: another engine would be a surprise. */
export function candidates(environment: Environment): readonly Candidate[] {
  const named = environment["DOCKER_HOST"];
  if (named !== undefined && named !== "") return [fromUrl(named, environment)];
  const home = environment["HOME"] ?? homedir();
  const runtime = environment["XDG_RUNTIME_DIR"];
  const paths = [
    "/var/run/docker.sock",
    runtime && join(runtime, "docker.sock"),
    join(home, ".docker/run/docker.sock"),
    join(home, ".docker/desktop/docker.sock"),
    runtime && join(runtime, "podman/podman.sock"),
    "/run/podman/podman.sock",
    join(home, ".local/share/containers/podman/machine/podman.sock"),
  ];
  return paths.filter((path): path is string => path !== undefined && path !== "").map(fromPath);
}

/** The first engine that answers. */
export async function connect(
  environment: Environment,
  clock: Clock,
): Promise<Result<Connection, EngineFailure>> {
  const tried: string[] = [];
  for (const candidate of candidates(environment)) {
    const docker = new Docker(candidate.options);
    const trouble = await ping(docker, clock);
    if (trouble === undefined) return ok({ docker, socket: candidate.socket });
    tried.push(`${candidate.socket}: ${trouble}`);
  }
  return fail({ kind: "engine-unreachable", tried });
}

/** Undefined when it answers, else why not. */
async function ping(docker: Library, clock: Clock): Promise<string | undefined> {
  const patience = new AbortController();
  const timer = clock.after(PATIENCE, () => patience.abort());
  try {
    // The library's types do not know this method's options.
    await (docker as unknown as Abortable).ping({ abortSignal: patience.signal });
    return undefined;
  } catch (error) {
    return patience.signal.aborted ? "no answer within 5 s" : plainReason(error);
  } finally {
    timer.cancel();
  }
}

interface Abortable {
  ping(options: { readonly abortSignal: AbortSignal }): Promise<unknown>;
}

/** engine.md 13: the three ways a socket disappoints. */
function plainReason(error: unknown): string {
  switch (error instanceof Error && "code" in error ? error.code : undefined) {
    case "ENOENT":
      return "no such socket";
    case "EACCES":
      return "permission denied (is this user in the group docker?)";
    case "ECONNREFUSED":
      return "nobody listens there (the engine is not running)";
    default:
      return reasonOf(error);
  }
}

/**
 * Without keep-alive: an idle connection that the engine closes just as it is used again would be an error of ours.
 * Before each request the library renders its options for a debug line, whether anybody reads it or not; an agent
 * brings all its open sockets into that, which took a second of CPU for each of forty dynos.
 */
class PlainAgent extends Agent {
  [inspect.custom](): string {
    return "PlainAgent";
  }
}

function fromPath(path: string): Candidate {
  const agent = new PlainAgent({ keepAlive: false });
  // `host` is named so that the library does not take it from the process's environment.
  const options = { socketPath: path, agent, host: undefined };
  return { socket: path, options: options };
}

function fromUrl(text: string, environment: Environment): Candidate {
  const path = /^unix:\/\/(.*)$/.exec(text)?.[1];
  if (path !== undefined) return { ...fromPath(path), socket: text };
  const url = URL.parse(text);
  if (url?.protocol === "tcp:" && !environment["DOCKER_TLS_VERIFY"]) {
    const { hostname: host, port } = url;
    return { socket: text, options: { protocol: "http", host, port: Number(port || PLAIN_PORT) } };
  }
  // ssh, and TLS with its certificates: the library reads these settings itself.
  return { socket: text, options: {} };
}

const PLAIN_PORT = 2375;
