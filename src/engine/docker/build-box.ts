import { Readable } from "node:stream";
import type Docker from "dockerode";
import { sleep, type Clock } from "../../kernel/clock.ts";
import type { Result } from "../../kernel/result.ts";
import { millis, type Millis } from "../../kernel/units.ts";
import { HEROKU_PLACES, type BoxPlaces, type BuildBox, type BuildSpec, type Lent } from "../build-box.ts";
import type { EngineFailure } from "../failure.ts";
import type { OutputChunk } from "../launched.ts";
import { sweepBuild } from "../sweep-build.ts";
import { DYNO_USER } from "./container-spec.ts";
import type { Departures } from "./departures.ts";
import { attempt, isSurroundingsGone } from "./engine-trouble.ts";
import { Frames } from "./frames.ts";
import { hostFiles, hostVariables, USE_MIRROR, type HostSettings } from "../lent/host-settings.ts";
import type { Labels } from "./labels.ts";
import { pourInto } from "./pour.ts";
import { tarOf, type TarFile } from "../tar-of.ts";
import { ENTER_USER } from "./user-entry.ts";

export interface BuildSurroundings {
  readonly name: string;
  readonly image: string;
  readonly labels: Labels;
  /** The app's own; or `host`, where what the build needs is on this machine's loopback. */
  readonly network: string;
  /** Rejects where it cannot be made. */
  readonly networkMade: Promise<unknown>;
  readonly leaveNetwork: (container: string) => Promise<void>;
  readonly cacheVolume: string;
  readonly host: HostSettings;
  /** Somebody else's image may lack the app's folder. */
  readonly ownImage: boolean;
}

/**
 * The volume is mounted at `tmp`, for builds stand there, too: on one file system what is kept can be linked and moved,
 * on two it has to be copied, which took a second for 200 MB.
 */
const { tmp: TMP, cache: CACHE } = HEROKU_PLACES;
const SWEEP = sweepBuild(HEROKU_PLACES);
/** PID 1 that does nothing but reap what is left to it: bash does so while it waits for a child of its own. */
const IDLE = "trap 'exit 0' TERM; while :; do sleep 1d & wait; done";
/** Two pipes would lose the order between them. engine.md 10 */
const MERGED = 'exec "$@" 2>&1';
/** Every process of the user but this shell: one left behind would hold the output open, and write into the slug. */
const MERGED_ALONE = '"$@" 2>&1; status=$?; kill -KILL -1 2>/dev/null; exit "$status"';
/** The counter of the box's own cgroup, version 1 or 2. */
const OOM_KILLS = "cat /sys/fs/cgroup/memory/memory.oom_control /sys/fs/cgroup/memory.events 2>/dev/null";
/** By SIGKILL. */
const KILLED = 137;
const ASK_AGAIN: Millis = millis(20);

export async function openBuildBox(
  docker: Docker,
  clock: Clock,
  spec: BuildSpec,
  around: BuildSurroundings,
  departures: Departures,
): Promise<DockerBuildBox> {
  const container = await createEarly(docker, buildSpec(spec, around), around.networkMade);
  const box = new DockerBuildBox(container, clock, spec.env, around, departures);
  try {
    await container.putArchive(
      await tarOf([...hostFiles(around.host, spec.offline), ...cacheFolders(), ...appFolder(around)]),
      { path: "/" },
    );
    await around.networkMade;
    await container.start();
    // it works in the same folders, and would take what is put there now for its own
    await departures.cleared(around.cacheVolume);
    const opening = `${SWEEP} && { ${USE_MIRROR}; } && { ${ENTER_USER}; }`;
    const swept = await box.run(["bash", "-p", "-c", opening, "open", around.host.apt.mirror], {
      root: true,
      onOutput: () => {},
    });
    if (!swept.ok || swept.value !== 0) throw new Error("the build cache could not be made ready");
    return box;
  } catch (error) {
    await box[Symbol.asyncDispose]();
    throw error;
  }
}

/** Making a network takes as long as making a container and filling it: most engines want it there only at the start. */
async function createEarly(
  docker: Docker,
  options: Docker.ContainerCreateOptions,
  networkMade: Promise<unknown>,
): Promise<Docker.Container> {
  try {
    return await docker.createContainer(options);
  } catch (error) {
    if (!isSurroundingsGone(error)) throw error;
    await networkMade;
    return docker.createContainer(options);
  }
}

/** A new volume belongs to root; an archive makes it the build user's before anything runs. engine.md 5 */
function cacheFolders(): readonly TarFile[] {
  const owner = Number.parseInt(DYNO_USER, 10);
  const [tmp = "", ...below] = CACHE.slice(1).split("/");
  const folders = below.map((_, index) => [tmp, ...below.slice(0, index + 1)].join("/"));
  return [
    { path: `${tmp}/`, content: "", mode: 0o1777 },
    ...folders.map((path) => ({ path: `${path}/`, content: "", mode: 0o755, owner })),
  ];
}

function appFolder({ ownImage }: BuildSurroundings): readonly TarFile[] {
  const owner = Number.parseInt(DYNO_USER, 10);
  return ownImage ? [] : [{ path: "app/", content: "", mode: 0o755, owner }];
}

function buildSpec(spec: BuildSpec, around: BuildSurroundings): Docker.ContainerCreateOptions {
  return {
    name: around.name,
    Image: around.image,
    User: "0:0",
    WorkingDir: "/",
    Entrypoint: [],
    Cmd: ["bash", "-p", "-c", IDLE],
    Labels: { ...around.labels },
    HostConfig: {
      Memory: spec.memory,
      MemorySwap: spec.memory,
      SecurityOpt: ["no-new-privileges"],
      LogConfig: { Type: "none", Config: {} },
      NetworkMode: spec.offline ? "none" : around.network,
      Mounts: [{ Type: "volume", Source: around.cacheVolume, Target: TMP }],
    },
  };
}

export class DockerBuildBox implements BuildBox {
  readonly lent: Lent;
  readonly places: BoxPlaces = HEROKU_PLACES;
  readonly #container: Docker.Container;
  readonly #clock: Clock;
  readonly #env: Readonly<Record<string, string>>;
  readonly #departures: Departures;
  readonly #leaveNetwork: BuildSurroundings["leaveNetwork"];
  readonly #cacheVolume: string;
  #leaving: Promise<void> | undefined;

  constructor(
    container: Docker.Container,
    clock: Clock,
    env: Readonly<Record<string, string>>,
    { host, network, leaveNetwork, cacheVolume }: BuildSurroundings,
    departures: Departures,
  ) {
    this.#leaveNetwork = leaveNetwork;
    this.#cacheVolume = cacheVolume;
    this.#departures = departures;
    this.#container = container;
    this.#clock = clock;
    this.#env = { ...hostVariables(host), ...env };
    const { loopback, withheld, privateSources } = host;
    this.lent = { loopback, onHostNetwork: network === "host", withheld, privateSources };
  }

  put(tar: Readable, path: string): Promise<Result<void, EngineFailure>> {
    return attempt(`copy files to ${path}`, () => pourInto(this.#container, tar, path));
  }

  /** All output comes as `stdout`; a command that is aborted ends with 137, with all it has started. */
  run(...[argv, options]: Parameters<BuildBox["run"]>): Promise<Result<number, EngineFailure>> {
    return attempt(`run ${argv[0]}`, async () => {
      const shell = options.alone ? MERGED_ALONE : MERGED;
      const exec = await this.#exec(["bash", "-p", "-c", shell, "build", ...argv], options);
      if (options.signal?.aborted) return KILLED;
      const abort = (): void => void this.#killAll().catch(() => {});
      options.signal?.addEventListener("abort", abort);
      try {
        const stream = await exec.start({});
        for await (const chunk of framed(stream)) await options.onOutput(chunk);
        const status = await this.#status(exec);
        if (status === KILLED && !options.signal?.aborted) await this.#checkContainer();
        return status;
      } finally {
        options.signal?.removeEventListener("abort", abort);
      }
    });
  }

  async ranOutOfMemory(): Promise<boolean> {
    const told: string[] = [];
    await this.run(["bash", "-p", "-c", OOM_KILLS], {
      onOutput: ({ bytes }) => told.push(Buffer.from(bytes).toString()),
    });
    return /^oom_kill [1-9]/m.test(told.join(""));
  }

  cutOff(): void {
    this.#leaving ??= this.#leaveNetwork(this.#container.id);
  }

  get(path: string): Promise<Result<Readable, EngineFailure>> {
    return attempt(`read ${path}`, async () =>
      Readable.from(await this.#container.getArchive({ path }), { objectMode: false }),
    );
  }

  /** False when it failed. */
  async sweep(): Promise<boolean> {
    const swept = await this.run(["bash", "-p", "-c", SWEEP], { root: true, onOutput: () => {} });
    return swept.ok && swept.value === 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const farewell = (): Promise<unknown> => Promise.all([this.sweep(), this.#leaving]);
    this.#departures.leave(this.#container, farewell, this.#cacheVolume);
  }

  #exec(
    command: string[],
    options: Pick<Parameters<BuildBox["run"]>[1], "env" | "cwd" | "root">,
  ): Promise<Docker.Exec> {
    return this.#container.exec({
      Cmd: command,
      User: options.root ? "0:0" : DYNO_USER,
      Env: Object.entries({ ...this.#env, ...options.env }).map(([name, value]) => `${name}=${value}`),
      ...(options.cwd === undefined ? {} : { WorkingDir: options.cwd }),
      AttachStdout: true,
      AttachStderr: true,
    });
  }

  /** The engine has no call that ends a command: everything but PID 1 goes, which is this one command's. */
  async #killAll(): Promise<void> {
    const exec = await this.#exec(["bash", "-p", "-c", "kill -KILL -1"], { root: true });
    await exec.start({ Detach: true });
  }

  /** A command that was killed because its container was is not to blame. The engine knows of that an instant later. */
  async #checkContainer(): Promise<void> {
    if (await this.#canRun()) return;
    const { State } = await this.#container.inspect();
    if (!State.OOMKilled) throw new Error("the build's container was stopped from outside");
  }

  async #canRun(): Promise<boolean> {
    try {
      const exec = await this.#exec(["true"], { root: true });
      for await (const _ of framed(await exec.start({})));
      return (await this.#status(exec)) === 0;
    } catch {
      return false;
    }
  }

  /** The stream may end an instant before the status is known. */
  async #status(exec: Docker.Exec): Promise<number> {
    for (;;) {
      const { Running, ExitCode } = await exec.inspect();
      if (!Running && ExitCode !== null) return ExitCode;
      await sleep(this.#clock, ASK_AGAIN);
    }
  }
}

function framed(stream: Readable): AsyncIterable<OutputChunk> {
  const frames = new Frames();
  stream.on("error", (error: Error) => frames.destroy(error));
  return stream.pipe(frames);
}
