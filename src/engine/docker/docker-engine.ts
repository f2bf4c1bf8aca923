import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import type Docker from "dockerode";
import type { ImageId } from "../../heroku/names.ts";
import { sleep, type Clock } from "../../kernel/clock.ts";
import { ok, type Result } from "../../kernel/result.ts";
import { millis, type Millis } from "../../kernel/units.ts";
import type { AppLabel, Owner } from "../app-label.ts";
import type { BakeSpec, BuildBox, BuildSpec } from "../build-box.ts";
import type { Engine, EngineFacts, ExpectedDyno, Kept, LaunchSpec, Spare, Swept } from "../engine.ts";
import type { EngineFailure } from "../failure.ts";
import type { Launched } from "../launched.ts";
import type { ImagePair, StackImages } from "../stack-images.ts";
import { networkName } from "./app-network.ts";
import { openBuildBox } from "./build-box.ts";
import { clearApp } from "./clear-app.ts";
import { connect, type Connection } from "./connect.ts";
import type { Environment } from "../environment.ts";
import type { Surroundings } from "./container-spec.ts";
import { Departures } from "./departures.ts";
import { launchDyno, type DockerDyno, type DynoTools } from "./docker-dyno.ts";
import { EngineEvents } from "./engine-events.ts";
import { attempt, isSurroundingsGone } from "./engine-trouble.ts";
import { askFacts, describe, fitness, isNearby, mayBeReached, swaps, type RawFacts } from "./facts.ts";
import { readHostSettings, withoutLoopback } from "../lent/host-settings.ts";
import { discardKept, listKept } from "./kept.ts";
import { lastingLabels, passingLabels, shortInstance, type Kind, type Maker } from "./labels.ts";
import { Premises } from "./premises.ts";
import { bakeImage, mayExtend, slugOf } from "./release-image.ts";
import { sweep } from "./sweep.ts";
import { withImage } from "./with-image.ts";

export interface DockerEngineOptions {
  readonly environment: Environment;
  /** Makes the stack images with the engine that was found. */
  readonly stack: (docker: Docker) => StackImages;
  readonly clock: Clock;
  /** This process, for the labels of what it makes. */
  readonly owner: Maker;
}

/** Finds an engine, and makes sure that it can run dynos. */
export async function openDockerEngine(
  options: DockerEngineOptions,
): Promise<Result<Engine & AsyncDisposable, EngineFailure>> {
  const connection = await connect(options.environment, options.clock);
  if (!connection.ok) return connection;
  const facts = await askFacts(connection.value);
  if (!facts.ok) return facts;
  const fit = fitness(facts.value);
  if (!fit.ok) return fit;
  return ok(new DockerEngine(connection.value, facts.value, options));
}

/** Between two looks at whether an engine that went away is back. */
const LOOK_AGAIN_AFTER: Millis = millis(500);

class DockerEngine implements Engine, AsyncDisposable {
  readonly name = "docker";
  readonly stack: StackImages;
  readonly #connection: Connection;
  readonly #docker: Docker;
  readonly #clock: Clock;
  readonly #maker: Maker;
  readonly #environment: Environment;
  readonly #events: EngineEvents;
  readonly #raw: RawFacts;
  readonly #departures = new Departures(() => void this.answers());
  readonly #premises: Premises;
  /** Dynos cannot be reached by their own address: publish a port for each. Decided by the first dyno. */
  #publish: boolean;
  #answering: Promise<void> | undefined;
  #closed = false;

  constructor(connection: Connection, raw: RawFacts, options: DockerEngineOptions) {
    this.#connection = connection;
    this.#docker = connection.docker;
    this.#clock = options.clock;
    this.#maker = options.owner;
    this.#environment = options.environment;
    this.#events = new EngineEvents(connection.docker, options.clock);
    this.#raw = raw;
    this.#premises = new Premises(connection.docker, options.owner);
    this.#publish = !mayBeReached(raw);
    this.stack = options.stack(connection.docker);
  }

  openApp(app: AppLabel, expected: readonly ExpectedDyno[] = []): Promise<Result<void, EngineFailure>> {
    return attempt(`make the network of ${app.app}`, async () => {
      // what cannot be made yet is made, or complained of, when the dyno is launched
      const volumes = Promise.allSettled(expected.map((dyno) => this.#premises.quotaVolume(app, dyno)));
      await Promise.all([this.#premises.network(app, "dynos"), volumes]);
    });
  }

  launch(spec: LaunchSpec): Promise<Result<Launched, EngineFailure>> {
    return attempt(`start ${spec.dyno}`, async () => {
      await this.#events.open();
      try {
        return await this.#launchReachable(spec);
      } catch (error) {
        if (!isSurroundingsGone(error)) throw error;
        this.#premises.forget(spec.label);
        return this.#launchReachable(spec);
      }
    });
  }

  prepare(spec: LaunchSpec): Promise<Result<Spare, EngineFailure>> {
    return attempt(`prepare ${spec.dyno}`, async () => {
      await this.#events.open();
      const around = await this.#surroundings(spec);
      const name = this.#containerName(spec.label, `${spec.dyno}-spare`);
      return launchDyno(this.#tools(), spec, { ...around, name }, "when-told");
    });
  }

  openBuild(spec: BuildSpec): Promise<Result<BuildBox, EngineFailure>> {
    return withImage(this.stack, spec, "build", spec.onProgress, (image) =>
      attempt("open a build container", async () => {
        const cacheVolume = `dynosim-cache-${spec.label.app}-${shortInstance(spec.label)}`;
        const networkMade = this.#premises.network(spec.label, "build");
        // met where it is awaited
        networkMade.catch(() => {});
        const [host] = await Promise.all([
          readHostSettings(this.#environment),
          this.#docker.createVolume({
            Name: cacheVolume,
            Labels: { ...lastingLabels(spec.label, "cache") },
          }),
        ]);
        const isHere = mayBeReached(this.#raw);
        const around = {
          name: this.#containerName(spec.label, "build"),
          image,
          labels: this.#labels(spec.label, "build"),
          network: host.loopback.length > 0 && isHere ? "host" : networkName(spec.label, "build"),
          networkMade,
          leaveNetwork: (container: string) => this.#premises.leaveNetwork(spec.label, "build", container),
          cacheVolume,
          host: isHere ? host : withoutLoopback(host),
          ownImage: spec.images === undefined,
        };
        return openBuildBox(this.#docker, this.#clock, spec, around, this.#departures);
      }),
    );
  }

  bake(spec: BakeSpec): Promise<Result<ImageId, EngineFailure>> {
    return withImage(
      this.stack,
      spec,
      "run",
      () => {},
      (image) =>
        attempt(`make the image of v${spec.release}`, () =>
          bakeImage(this.#docker, image, spec, this.#maker, (container) => this.#departures.leave(container)),
        ),
    );
  }

  async mayExtend(image: ImageId, pythonMinor: string, images?: ImagePair): Promise<boolean> {
    const may = await withImage(
      this.stack,
      { pythonMinor, images },
      "run",
      () => {},
      (runImage) => attempt("look at a release", () => mayExtend(this.#docker, image, runImage)),
    );
    return may.ok && may.value;
  }

  /** Without an answer nobody removed it: what comes next says that the engine is gone. */
  async hasImage(image: ImageId): Promise<boolean> {
    const found = await attempt("look for an image", () => this.#docker.getImage(image).inspect());
    return found.ok || found.failure.kind === "engine-unreachable";
  }

  /** One that a dyno still runs from stays, and so does one whose engine is gone: `closeApp` comes by again. */
  async removeImage(image: ImageId): Promise<void> {
    await this.#departures.over();
    await attempt("remove an image", () => this.#docker.getImage(image).remove());
  }

  readSlug(image: ImageId): Promise<Result<Readable, EngineFailure>> {
    return attempt("read the slug", () => slugOf(this.#docker, image, this.#maker));
  }

  /** Where the engine is gone, what stays is swept by the next start. */
  async closeApp(app: AppLabel, what: "running" | "everything"): Promise<void> {
    await attempt(`close ${app.app}`, () => this.#close(app, what));
  }

  sweep(isAlive: (owner: Owner) => boolean): Promise<Result<Swept, EngineFailure>> {
    return attempt("remove what earlier runs left", () => sweep(this.#docker, isAlive));
  }

  kept(): Promise<Result<readonly Kept[], EngineFailure>> {
    return attempt("list what dynosim keeps", () => listKept(this.#docker));
  }

  discard(kept: readonly Kept[]): Promise<Result<void, EngineFailure>> {
    return attempt("remove what dynosim keeps", () => discardKept(this.#docker, kept));
  }

  async facts(): Promise<Result<EngineFacts, EngineFailure>> {
    const raw = await askFacts(this.#connection);
    return raw.ok ? ok(describe(raw.value)) : raw;
  }

  /** One loop for all who wait. */
  answers(): Promise<void> {
    this.#answering ??= this.#untilItAnswers().finally(() => (this.#answering = undefined));
    return this.#answering;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#departures.over();
    this.#events[Symbol.dispose]();
  }

  async #untilItAnswers(): Promise<void> {
    for (;;) {
      const reached = await attempt("look for the engine", async () => {
        await this.#docker.ping();
        await this.#departures.reach();
      });
      if (reached.ok) return;
      await sleep(this.#clock, LOOK_AGAIN_AFTER);
      if (this.#closed) return new Promise(() => {});
    }
  }

  async #close(app: AppLabel, what: "running" | "everything"): Promise<void> {
    await this.#departures.over();
    this.#premises.forget(app);
    await clearApp(this.#docker, app, what);
  }

  /** The first dyno tells whether the engine's processes are this machine's; if not, it is started anew. */
  async #launchReachable(spec: LaunchSpec): Promise<DockerDyno> {
    const dyno = await launchDyno(this.#tools(), spec, await this.#surroundings(spec));
    if (dyno.onThisHost || this.#publish) return dyno;
    await dyno[Symbol.asyncDispose]();
    this.#publish = true;
    return launchDyno(this.#tools(), spec, await this.#surroundings(spec));
  }

  #tools(): DynoTools {
    return {
      docker: this.#docker,
      clock: this.#clock,
      events: this.#events,
      departures: this.#departures,
    };
  }

  async #surroundings(spec: LaunchSpec): Promise<Surroundings> {
    const { label } = spec;
    const [network, quotaVolume] = await Promise.all([
      this.#premises.network(label, "dynos"),
      this.#premises.quotaVolume(label, spec),
    ]);
    return {
      name: this.#containerName(label, spec.dyno),
      labels: this.#labels(label, "dyno"),
      network,
      quotaVolume,
      swap: swaps(this.#raw),
      publish: this.#publish,
      nearby: isNearby(this.#raw),
    };
  }

  #labels(app: AppLabel, kind: Kind): Readonly<Record<string, string>> {
    return passingLabels(app, kind, this.#maker);
  }

  /** Readable in the engine's own listings; old and new life of a dyno overlap, so each is unique. */
  #containerName(app: AppLabel, what: string): string {
    return `dynosim-${app.app}-${what}-${randomUUID().slice(0, 8)}`;
  }
}
