import { realpath } from "node:fs/promises";
import { execa } from "execa";
import type { Result } from "../../kernel/result.ts";
import type { AppLabel } from "../app-label.ts";
import type { BuildBox, BuildSpec } from "../build-box.ts";
import type { Environment } from "../environment.ts";
import type { EngineFailure } from "../failure.ts";
import { readHostSettings } from "../lent/host-settings.ts";
import { sweepBuild } from "../sweep-build.ts";
import { ProcessBuildBox } from "./build-box.ts";
import { bringHome, makeBuildTmp, makeSite, placesOnHost } from "./build-site.ts";
import { findBuildTools, searchPath, type ToolFolders } from "./build-tools.ts";
import type { Builds } from "./builds.ts";
import type { Argv } from "./confinement.ts";
import { removeRoom } from "./remove-room.ts";
import type { Ground } from "./ground.ts";
import { HostStack } from "./host-stack.ts";
import { lentPlaces, lentVariables, writeLent } from "./lend.ts";
import { findCutOff, NO_WAY_OUT } from "./offline.ts";
import { attempt } from "./process-trouble.ts";
import type { Room } from "./room.ts";

export function openBuilds(ground: Ground, environment: Environment): Builds {
  return new ProcessBuilds(ground, environment);
}

class ProcessBuilds implements Builds {
  readonly stack: HostStack;
  readonly #ground: Ground;
  readonly #environment: Environment;
  #tools: ReturnType<typeof findBuildTools> | undefined;
  #cutOff: ReturnType<typeof findCutOff> | undefined;
  /** Boxes that are being cleared away, by the folder they work in. */
  readonly #leaving = new Map<string, Promise<void>>();

  constructor(ground: Ground, environment: Environment) {
    this.#ground = ground;
    this.#environment = environment;
    this.stack = new HostStack(ground.places, environment);
  }

  async open(spec: BuildSpec): Promise<Result<BuildBox, EngineFailure>> {
    if (spec.images !== undefined) {
      const fetched = await this.stack.fetch(spec.images);
      if (!fetched.ok) return fetched;
    }
    const stack = await this.stack.build(spec.pythonMinor, spec.onProgress);
    // whoever needs no Python has chosen none; whoever does has been told before
    if (!stack.ok && stack.failure.kind !== "python-missing") return stack;
    const folders = await this.#findTools();
    if (!folders.ok) return folders;
    return attempt(this.#ground.places, "open a place to build in", () =>
      this.#open(spec, folders.value, stack.ok ? this.stack.folder(spec.pythonMinor) : undefined),
    );
  }

  /** Resolves when all have been cleared away that were closed. */
  async over(): Promise<void> {
    await Promise.all(this.#leaving.values());
  }

  async #open(spec: BuildSpec, folders: ToolFolders, stack: string | undefined): Promise<ProcessBuildBox> {
    const { places, confinement, rooms } = this.#ground;
    const own = placesOnHost(places, spec.label);
    // it works in the same folders, and would take what is put there now for its own
    await this.#leaving.get(own.tmp);
    await makeBuildTmp(places, spec.label, confinement.isShut);
    await this.#sweep(spec.label, folders);
    const room = await rooms.open("build", "build", spec.label);
    try {
      const [site, host] = await Promise.all([
        makeSite(places, room, confinement, stack === undefined ? undefined : await realpath(stack)),
        readHostSettings(this.#environment),
      ]);
      const offline = spec.offline ?? false;
      const lent = lentPlaces(site.lent, site.places);
      await writeLent(host, lent, offline, site.hostPath);
      const cutOff = offline ? await (this.#cutOff ??= findCutOff(confinement, site.around)) : undefined;
      if (offline && cutOff === undefined)
        spec.onProgress(
          "This machine allows no network of its own: the build is offline as far as its tools obey",
        );
      const { loopback, withheld, privateSources } = host;
      return new ProcessBuildBox({
        ground: this.#ground,
        room,
        site,
        folders,
        lent: { loopback, onHostNetwork: true, withheld, privateSources },
        env: {
          ...lentVariables(host, lent),
          ...(offline && cutOff === undefined ? NO_WAY_OUT : {}),
          ...site.variables,
          ...spec.env,
        },
        cutOff: cutOff ?? ((argv: Argv) => argv),
        leave: (endAll) => this.#leave(room, folders, endAll),
      });
    } catch (error) {
      await removeRoom(room);
      throw error;
    }
  }

  /** Nobody waits for it but who builds the app next. */
  #leave(room: Room, folders: ToolFolders, endAll: () => Promise<void>): void {
    const { tmp } = placesOnHost(this.#ground.places, room.owner);
    const left: Promise<void> = endAll()
      .then(() => this.#sweep(room.owner, folders))
      .then(() => removeRoom(room))
      // what stays is swept by the next build of the app, or the next start
      .catch(() => {})
      .finally(() => {
        if (this.#leaving.get(tmp) === left) this.#leaving.delete(tmp);
      });
    this.#leaving.set(tmp, left);
  }

  async #sweep(app: AppLabel, folders: ToolFolders): Promise<void> {
    const own = placesOnHost(this.#ground.places, app);
    const swept = await execa("bash", ["-p", "-c", `${bringHome(own)}\n${sweepBuild(own)}`], {
      cwd: "/",
      env: { PATH: searchPath(folders) },
      extendEnv: false,
      reject: false,
      stdin: "ignore",
    });
    if (swept.failed) throw new Error(`the build cache could not be made ready: ${swept.stderr.trim()}`);
  }

  #findTools(): Promise<Result<ToolFolders, EngineFailure>> {
    return (this.#tools ??= findBuildTools(this.#environment).then((found) => {
      // somebody may install what is missing
      if (!found.ok) this.#tools = undefined;
      return found;
    }));
  }
}
