import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { ImageId } from "../../heroku/names.ts";
import { fail, ok, type Result } from "../../kernel/result.ts";
import { bytes, type Port } from "../../kernel/units.ts";
import type { AppLabel, Owner } from "../app-label.ts";
import type { BakeSpec, BuildBox, BuildSpec } from "../build-box.ts";
import type { Engine, EngineFacts, Kept, LaunchSpec, Spare, Swept } from "../engine.ts";
import type { EngineFailure } from "../failure.ts";
import type { Address, Launched } from "../launched.ts";
import { FakeBuild } from "./fake-build.ts";
import { FakeDyno } from "./fake-dyno.ts";
import { FakeStackImages } from "./fake-stack-images.ts";

/** A container that waits to become a dyno. */
export interface FakeSpare {
  readonly spec: LaunchSpec;
  disposed: boolean;
}

const AWAY: EngineFailure = { kind: "engine-unreachable", tried: ["the fake engine: it is away"] };

/**
 * An engine in memory, for tests on any clock: it has no timers and no processes of its own.
 * By itself a dyno binds $PORT at once and ends on signals as a program without handlers does; `onLaunch` changes that.
 */
export class FakeEngine implements Engine, AsyncDisposable {
  readonly name = "fake";
  readonly stack: FakeStackImages = new FakeStackImages();
  /** All launches, oldest first. */
  readonly dynos: FakeDyno[] = [];
  /** All spares, oldest first; `disposed` once thrown away. */
  readonly spares: FakeSpare[] = [];
  readonly builds: FakeBuild[] = [];
  readonly images: Map<ImageId, Buffer> = new Map<ImageId, Buffer>();
  readonly openApps: Set<string> = new Set<string>();
  /** The app's first instants; what it awaits holds the launch back. */
  onLaunch: (dyno: FakeDyno) => void | Promise<void> = (dyno) => dyno.listen();
  onBuild: (build: FakeBuild) => void = () => {};
  /** Where the router is sent; a test with a real server puts its port here. */
  addressOf: (spec: LaunchSpec) => Address | undefined = (spec) =>
    spec.port === undefined ? undefined : { host: "127.0.0.1", port: spec.port };
  /** As of an engine whose dynos share this machine's ports. */
  isFree?: (port: Port) => Promise<boolean>;
  swept: Swept = { containers: 0, networks: 0 };

  readonly #failures: EngineFailure[] = [];
  #away: PromiseWithResolvers<void> | undefined;
  #waiting: ((dyno: FakeDyno) => void)[] = [];

  /** The next launch, build or bake that is not yet under way fails so; several queue up. */
  failNext(failure: EngineFailure): void {
    this.#failures.push(failure);
  }

  /** The launch after now. */
  nextLaunch(): Promise<FakeDyno> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The newest life of a dyno, by name (`web.1`); undefined when it was never launched. */
  dyno(name: string): FakeDyno | undefined {
    return this.dynos.findLast((dyno) => dyno.spec.dyno === name);
  }

  async openApp(app: AppLabel): Promise<Result<void, EngineFailure>> {
    this.openApps.add(app.instance);
    return ok();
  }

  async launch(spec: LaunchSpec): Promise<Result<Launched, EngineFailure>> {
    const failure = this.#away === undefined ? this.#failures.shift() : AWAY;
    if (failure) return fail(failure);
    const dyno = this.#newDyno(spec);
    await this.onLaunch(dyno);
    this.#tellWaiting(dyno);
    return ok(dyno.launched);
  }

  /** Nothing is launched until it goes. */
  async prepare(spec: LaunchSpec): Promise<Result<Spare, EngineFailure>> {
    const spare: FakeSpare = { spec, disposed: false };
    this.spares.push(spare);
    return ok({
      go: () => {
        if (spare.disposed) return undefined;
        const dyno = this.#newDyno(spec);
        void this.onLaunch(dyno);
        this.#tellWaiting(dyno);
        return dyno.launched;
      },
      [Symbol.asyncDispose]: async () => void (spare.disposed = true),
    });
  }

  async openBuild(spec: BuildSpec): Promise<Result<BuildBox, EngineFailure>> {
    const failure = this.#failures.shift();
    if (failure) return fail(failure);
    const build = new FakeBuild(spec);
    this.builds.push(build);
    this.onBuild(build);
    return ok(build);
  }

  async bake(spec: BakeSpec): Promise<Result<ImageId, EngineFailure>> {
    const tree = await buffer(spec.tree);
    const failure = this.#failures.shift();
    if (failure) return fail(failure);
    const image = `sha256:fake-${spec.label.app}-v${spec.release}-${this.images.size + 1}` as ImageId;
    this.images.set(image, tree);
    return ok(image);
  }

  /** In memory a full layer costs nothing. */
  async mayExtend(_image: ImageId, _pythonMinor: string): Promise<boolean> {
    return false;
  }

  async hasImage(image: ImageId): Promise<boolean> {
    return this.images.has(image);
  }

  async removeImage(image: ImageId): Promise<void> {
    this.images.delete(image);
  }

  async readSlug(image: ImageId): Promise<Result<Readable, EngineFailure>> {
    const tree = this.images.get(image);
    return tree ? ok(Readable.from([tree])) : fail({ kind: "image-missing", image });
  }

  async closeApp(app: AppLabel, what: "running" | "everything"): Promise<void> {
    this.openApps.delete(app.instance);
    for (const dyno of this.dynos)
      if (dyno.spec.label.instance === app.instance) await dyno.launched[Symbol.asyncDispose]();
    if (what === "everything") this.images.clear();
  }

  async sweep(_isAlive: (owner: Owner) => boolean): Promise<Result<Swept, EngineFailure>> {
    return ok(this.swept);
  }

  async kept(): Promise<Result<readonly Kept[], EngineFailure>> {
    return ok(
      [...this.images].map(([id, tree]) => ({
        kind: "image",
        id,
        name: id,
        size: bytes(tree.length),
        instance: "fake",
        owner: undefined,
      })),
    );
  }

  async discard(kept: readonly Kept[]): Promise<Result<void, EngineFailure>> {
    for (const { id } of kept) this.images.delete(id as ImageId);
    return ok();
  }

  async facts(): Promise<Result<EngineFacts, EngineFailure>> {
    return ok({
      product: "fake",
      version: "1",
      architecture: "x86_64",
      limits: [{ limit: "memory-kill", how: "absent", detail: "nothing runs" }],
      means: {
        kind: "containers",
        apiVersion: "1.41",
        storage: "memory",
        cgroup: "1",
        swap: false,
        socket: "none",
      },
    });
  }

  /** As if the engine were stopped: every dyno is lost, and nothing can be launched until `comeBack`. */
  lose(): void {
    this.#away ??= Promise.withResolvers<void>();
    for (const dyno of this.dynos) dyno.lose();
    for (const spare of this.spares) spare.disposed = true;
  }

  /** As if the engine were started again. */
  comeBack(): void {
    const away = this.#away;
    this.#away = undefined;
    away?.resolve();
  }

  async answers(): Promise<void> {
    while (this.#away !== undefined) await this.#away.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const dyno of this.dynos) await dyno.launched[Symbol.asyncDispose]();
  }

  #newDyno(spec: LaunchSpec): FakeDyno {
    const dyno = new FakeDyno(spec, this.addressOf(spec));
    this.dynos.push(dyno);
    return dyno;
  }

  #tellWaiting(dyno: FakeDyno): void {
    for (const tell of this.#waiting.splice(0)) tell(dyno);
  }
}
