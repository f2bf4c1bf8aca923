import { existsSync } from "node:fs";
import type { Readable } from "node:stream";
import type { ImageId } from "../../heroku/names.ts";
import { arch, release, type } from "node:os";
import type { Clock } from "../../kernel/clock.ts";
import { fail, ok, type Result } from "../../kernel/result.ts";
import { millis, type Port } from "../../kernel/units.ts";
import type { AppLabel, Owner } from "../app-label.ts";
import type { BakeSpec, BuildBox, BuildSpec } from "../build-box.ts";
import type { Engine, EngineFacts, Kept, LaunchSpec, Spare, Swept } from "../engine.ts";
import type { EngineFailure } from "../failure.ts";
import type { Launched } from "../launched.ts";
import type { StackImages } from "../stack-images.ts";
import type { Builds } from "./builds.ts";
import { CensusTaker } from "./census.ts";
import type { Confinement } from "./confinement.ts";
import { openSlugStore } from "./disk-slugs.ts";
import { endRooms } from "./end-room.ts";
import { CONFINEMENT_KINDS, findConfinement } from "./find-confinement.ts";
import { isFree } from "./free-port.ts";
import type { Ground } from "./ground.ts";
import { discardKept, listKept } from "./kept.ts";
import type { DynoTools } from "./dyno-tools.ts";
import { prepareDyno } from "./launch-dyno.ts";
import { limitFacts } from "./limit-facts.ts";
import { membersLeft } from "./members-of.ts";
import { openBuilds } from "./open-builds.ts";
import { openProcessTable, PROCESS_TABLE } from "./open-process-table.ts";
import { findPlaces } from "./find-places.ts";
import { appFolder, type Places } from "./places.ts";
import type { ProcessDyno } from "./process-dyno.ts";
import { attempt, SlugMissing } from "./process-trouble.ts";
import { removeFolder } from "./remove-folder.ts";
import type { Room } from "./room.ts";
import { listRooms, Rooms, type Maker } from "./rooms.ts";
import type { SlugStore } from "./slug-store.ts";
import { Watchman } from "./watchman.ts";
import { findScript, type ScriptForm } from "./terminal.ts";
import { Watch } from "./watch.ts";

export interface ProcessEngineOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** This process, for the notes of what it makes. */
  readonly owner: Maker;
  /** Instead of this user's folder in the temp folder. */
  readonly places?: Places;
  /** Instead of the best that this machine allows. */
  readonly confinement?: Confinement;
}

/** Makes sure that this machine's processes can be dynos. */
export async function openProcessEngine(
  options: ProcessEngineOptions,
): Promise<Result<Engine & AsyncDisposable, EngineFailure>> {
  const { clock, owner: maker } = options;
  const table = await openProcessTable(options.environment[PROCESS_TABLE]);
  if (!table.ok) return table;
  const found = await findPlaces(options.places);
  if (!found.ok) return found;
  const places = found.value;
  const confinement = await openConfinement(options, places);
  if (!confinement.ok) return confinement;
  const census = new CensusTaker(table.value);
  const watchman = new Watchman({ root: places.root, maker, table: table.value.source }, clock);
  const rooms = new Rooms(places, maker, () => watchman.watch());
  const ground: Ground = { clock, places, rooms, maker, confinement: confinement.value, census };
  return ok(new ProcessEngine(ground, openBuilds(ground, options.environment), watchman));
}

/** Chooses how dynos and builds are shut in; else the best that works. */
const CONFINEMENT = "DYNOSIM_CONFINEMENT";

async function openConfinement(
  { environment, confinement }: ProcessEngineOptions,
  { root }: Places,
): Promise<Result<Confinement, EngineFailure>> {
  if (confinement !== undefined) return ok(confinement);
  const asked = environment[CONFINEMENT] || undefined;
  const prefer = CONFINEMENT_KINDS.find((kind) => kind === asked);
  if (asked === prefer) return ok(await findConfinement({ root, prefer }));
  const known = CONFINEMENT_KINDS.join(", ");
  return fail({
    kind: "machine-unfit",
    reason: `${CONFINEMENT} is ${JSON.stringify(asked)}, and may be one of ${known}`,
  });
}

/** Dynos and builds as processes of this machine. */
class ProcessEngine implements Engine, AsyncDisposable {
  readonly name = "process";
  readonly stack: StackImages;
  readonly #ground: Ground;
  readonly #builds: Builds;
  readonly #watchman: Watchman;
  readonly #slugs: SlugStore;
  readonly #tools: DynoTools;
  readonly #dynos = new Set<ProcessDyno>();
  #script: Promise<ScriptForm> | undefined;

  constructor(ground: Ground, builds: Builds, watchman: Watchman) {
    this.#ground = ground;
    this.#watchman = watchman;
    this.#builds = builds;
    this.stack = builds.stack;
    this.#slugs = openSlugStore(ground.places, ground.maker);
    const watch = new Watch(ground);
    this.#tools = { ...ground, slugs: this.#slugs, watch, script: () => (this.#script ??= findScript()) };
  }

  /** They have the machine's network, and what each needs is made with it. */
  async openApp(_app: AppLabel): Promise<Result<void, EngineFailure>> {
    return ok();
  }

  launch(spec: LaunchSpec): Promise<Result<Launched, EngineFailure>> {
    return this.#attempt(`start ${spec.dyno}`, async () => {
      const dyno = await this.#prepare(spec);
      dyno.go();
      return dyno;
    });
  }

  prepare(spec: LaunchSpec): Promise<Result<Spare, EngineFailure>> {
    return this.#attempt(`prepare ${spec.dyno}`, () => this.#prepare(spec));
  }

  isFree(port: Port): Promise<boolean> {
    return isFree(port);
  }

  openBuild(spec: BuildSpec): Promise<Result<BuildBox, EngineFailure>> {
    return this.#builds.open(spec);
  }

  bake(spec: BakeSpec): Promise<Result<ImageId, EngineFailure>> {
    return this.#attempt(`keep the slug of v${spec.release}`, () => this.#slugs.bake(spec));
  }

  /** A slug stands on nothing but itself. */
  mayExtend(image: ImageId): Promise<boolean> {
    return this.#slugs.has(image);
  }

  hasImage(image: ImageId): Promise<boolean> {
    return this.#slugs.has(image);
  }

  /** What stays, the next start sweeps. */
  async removeImage(image: ImageId): Promise<void> {
    await this.#attempt("remove a slug", () => this.#slugs.remove(image));
  }

  readSlug(image: ImageId): Promise<Result<Readable, EngineFailure>> {
    return this.#attempt("read the slug", async () => {
      const tree = await this.#slugs.read(image);
      if (tree === undefined) throw new SlugMissing(image);
      return tree;
    });
  }

  async closeApp(app: AppLabel, what: "running" | "everything"): Promise<void> {
    await this.#attempt(`close ${app.app}`, async () => {
      const own = [...this.#dynos].filter((dyno) => dyno.instance === app.instance);
      await Promise.all(own.map((dyno) => dyno[Symbol.asyncDispose]()));
      const left = await this.#roomsOf((owner) => owner.instance === app.instance && this.#isMine(owner));
      await this.#end(left);
      if (what === "everything") await removeFolder(appFolder(this.#ground.places, app));
    });
  }

  sweep(isAlive: (owner: Owner) => boolean): Promise<Result<Swept, EngineFailure>> {
    return this.#attempt("remove what earlier runs left", async () => {
      const left = await this.#roomsOf((owner) => !isAlive(owner));
      await this.#end(left);
      await this.#slugs.sweep(isAlive);
      return { containers: left.filter(({ folder }) => !existsSync(folder)).length, networks: 0 };
    });
  }

  kept(): Promise<Result<readonly Kept[], EngineFailure>> {
    return this.#attempt("list what dynosim keeps", () => listKept(this.#ground.places, this.#slugs));
  }

  discard(kept: readonly Kept[]): Promise<Result<void, EngineFailure>> {
    return this.#attempt("remove what dynosim keeps", () =>
      discardKept(kept, this.#ground.places, this.#slugs, async (folders) => {
        const rooms = await listRooms(this.#ground.places);
        await this.#end(rooms.filter(({ folder }) => folders.includes(folder)));
      }),
    );
  }

  async facts(): Promise<Result<EngineFacts, EngineFailure>> {
    const { confinement, census, places } = this.#ground;
    return ok({
      product: "processes of this machine",
      version: `${type()} ${release()}`,
      architecture: arch(),
      limits: limitFacts({ confinement }),
      means: {
        kind: "processes",
        confinement: confinement.kind,
        reason: confinement.reason,
        processTable: census.table.source,
        folder: places.root,
      },
    });
  }

  /** It has nobody to wait for. */
  async answers(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#dynos].map((dyno) => dyno[Symbol.asyncDispose]()));
    await this.#builds.over();
    this.#watchman[Symbol.dispose]();
  }

  async #prepare(spec: LaunchSpec): Promise<ProcessDyno> {
    const dyno = await prepareDyno(this.#tools, spec);
    this.#dynos.add(dyno);
    void dyno.gone.then(() => this.#dynos.delete(dyno));
    return dyno;
  }

  async #roomsOf(isWanted: (owner: Owner) => boolean): Promise<readonly Room[]> {
    return (await listRooms(this.#ground.places)).filter(({ owner }) => isWanted(owner));
  }

  #isMine({ pid, started }: Owner): boolean {
    const { maker } = this.#ground;
    return pid === maker.pid && started === maker.started;
  }

  /** At once: nobody is there any more who would wait for them. */
  #end(rooms: readonly Room[]): Promise<void> {
    return endRooms(rooms, millis(0), (room) => membersLeft(this.#ground, room), this.#ground.clock);
  }

  #attempt<T>(during: string, act: () => Promise<T>): Promise<Result<T, EngineFailure>> {
    return attempt(this.#ground.places, during, act);
  }
}
