import type Docker from "dockerode";
import { fail, ok, type Result } from "../../../kernel/result.ts";
import { bytes } from "../../../kernel/units.ts";
import type { EngineFailure } from "../../failure.ts";
import type { ImagePair, RunFiles, StackImage, StackImages } from "../../stack-images.ts";
import type { Environment } from "../../environment.ts";
import { attempt, ignoring } from "../engine-trouble.ts";
import { fetchPair } from "./fetch-pair.ts";
import { lockBuild } from "./build-lock.ts";
import { readHostSettings } from "./host-settings.ts";
import { sweepUnfinished } from "./leftovers.ts";
import { makePair, type Pair } from "./make-pair.ts";
import { readRecipes, type Recipes } from "./recipes.ts";
import { readRunFiles } from "./run-files.ts";
import { buildReference, parseReference, runReference, STACK_MARK } from "./references.ts";

/** Told before anything is fetched. Measured with the recipes of `images/`, on two cores. */
const COST = "about 0.8 GB on disk, about 2 minutes";

/** Base images in a Docker engine, made by the recipes in `images/`. */
export class DockerStackImages implements StackImages {
  readonly origin = "images";
  readonly #docker: Docker;
  readonly #environment: Environment;
  readonly #recipes: Recipes;
  /** Builds that run in this process: whoever wants the same minor waits for the same one. */
  readonly #building = new Map<string, Build>();
  /** By the id of the run image. */
  readonly #runFiles = new Map<string, Promise<RunFiles>>();

  constructor(docker: Docker, recipes: URL | string, environment: Environment) {
    this.#docker = docker;
    this.#environment = environment;
    this.#recipes = readRecipes(recipes);
  }

  get minors(): readonly string[] {
    return [...this.#recipes.suites.keys()];
  }

  runImage(minor: string): string {
    return runReference(minor);
  }

  buildImage(minor: string): string {
    return buildReference(minor);
  }

  list(minor?: string): Promise<Result<readonly StackImage[], EngineFailure>> {
    return attempt("list base images", async () => {
      const found = await this.#docker.listImages({ filters: { label: [`dynosim.kind=${STACK_MARK}`] } });
      const images = found.flatMap((image) =>
        (image.RepoTags ?? []).flatMap((reference) => {
          const named = parseReference(reference);
          return named === undefined || (minor ?? named.minor) !== named.minor
            ? []
            : [{ ...named, reference, id: image.Id, size: bytes(image.Size) }];
        }),
      );
      return images.toSorted((a, b) => this.#order(a) - this.#order(b));
    });
  }

  fetch(
    images: ImagePair,
    onProgress: (line: string) => void,
    signal?: AbortSignal,
  ): Promise<Result<ImagePair, EngineFailure>> {
    return fetchPair(this.#docker, images, onProgress, signal);
  }

  /** Aborting leaves no image, container or process of this build behind; others who wait for it fail too. */
  async build(
    minor: string,
    onProgress: (line: string) => void,
    signal?: AbortSignal,
  ): Promise<Result<void, EngineFailure>> {
    const running = this.#building.get(minor);
    if (running !== undefined) {
      running.listeners.add(onProgress);
      return await running.result;
    }
    const listeners = new Set([onProgress]);
    const tell = (line: string): void => {
      for (const listener of listeners) listener(line);
    };
    const result = this.#build(minor, tell, signal).finally(() => this.#building.delete(minor));
    this.#building.set(minor, { listeners, result });
    return await result;
  }

  remove(minor: string): Promise<Result<boolean, EngineFailure>> {
    return attempt(`remove the base images of Python ${minor}`, async () => {
      const there = await this.#recipesOf(minor);
      // The build image stands on the run image.
      for (const reference of [buildReference(minor), runReference(minor)])
        await ignoring([404], () => this.#docker.getImage(reference).remove());
      return there.some((recipe) => recipe !== undefined);
    });
  }

  runFiles(
    minor: string,
    former?: RunFiles,
    image: string = runReference(minor),
  ): Promise<Result<RunFiles, EngineFailure>> {
    return attempt(`look into the run image ${image}`, async () => {
      const { Id: id } = await this.#docker.getImage(image).inspect();
      if (former?.image === id) return former;
      const reading = this.#runFiles.get(id) ?? readRunFiles(this.#docker, id, minor);
      this.#runFiles.set(id, reading);
      reading.catch(() => this.#runFiles.delete(id));
      return await reading;
    });
  }

  async #build(
    minor: string,
    onProgress: (line: string) => void,
    signal: AbortSignal | undefined,
  ): Promise<Result<void, EngineFailure>> {
    const suite = this.#recipes.suites.get(minor);
    if (suite === undefined) return fail(interrupted(minor, `there is no recipe for Python ${minor}`));
    const ready = await attempt("look for base images", () => this.#isReady(minor));
    if (!ready.ok) return ready;
    if (ready.value) return ok();

    await using lock = await lockBuild(
      minor,
      () => onProgress(`Another process is making the base images of Python ${minor}: waiting for it`),
      signal,
    );
    const made = await attempt(`make the base images of Python ${minor}`, async () => {
      if (await this.#isReady(minor)) return ok();
      if (lock.held) await sweepUnfinished(this.#docker, minor);
      onProgress(`The base images for Python ${minor} are made once: ${COST}`);
      const settings = await readHostSettings(this.#environment);
      const recipes = this.#recipes;
      const pair = await makePair(this.#docker, { minor, suite, recipes, settings, onProgress, signal });
      if (!pair.ok) return pair;
      await this.#name(minor, pair.value);
      // The former pair, which has lost its names just now.
      if (lock.held) await sweepUnfinished(this.#docker, minor);
      onProgress(`The base images for Python ${minor} are ready`);
      return ok();
    });
    if (signal?.aborted === true) return fail(interrupted(minor, "interrupted"));
    return made.ok ? made.value : made;
  }

  /** Both names exist, and both images were made by these recipes. */
  async #isReady(minor: string): Promise<boolean> {
    const recipes = await this.#recipesOf(minor);
    return recipes.every((recipe) => recipe === this.#recipes.hash);
  }

  /** The hash of the recipes that the run and the build image were made by; undefined for one that is missing. */
  async #recipesOf(minor: string): Promise<readonly (string | undefined)[]> {
    const images = await this.#docker.listImages({ filters: { label: [`dynosim.kind=${STACK_MARK}`] } });
    return [runReference(minor), buildReference(minor)].map(
      (reference) => images.find((image) => image.RepoTags?.includes(reference))?.Labels["dynosim.recipe"],
    );
  }

  /** Last, and the build image last of all: whoever sees its name finds the run image too. */
  async #name(minor: string, pair: Pair): Promise<void> {
    for (const [id, reference] of [
      [pair.run, runReference(minor)],
      [pair.build, buildReference(minor)],
    ] as const) {
      const [repo = "", tag = ""] = reference.split(":");
      await this.#docker.getImage(id).tag({ repo, tag });
    }
  }

  #order(image: StackImage): number {
    return this.minors.indexOf(image.minor) * 2 + (image.role === "build" ? 0 : 1);
  }
}

interface Build {
  readonly listeners: Set<(line: string) => void>;
  readonly result: Promise<Result<void, EngineFailure>>;
}

function interrupted(minor: string, reason: string): EngineFailure {
  return { kind: "image-build-failed", image: buildReference(minor), reason, log: [] };
}
