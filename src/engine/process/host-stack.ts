import { createHash } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fail, type Result } from "../../kernel/result.ts";
import { bytes } from "../../kernel/units.ts";
import type { Environment } from "../environment.ts";
import type { EngineFailure } from "../failure.ts";
import type { ImagePair, MissingProgram, RunFiles, StackImage, StackImages } from "../stack-images.ts";
import { HostPythons } from "./host-pythons.ts";
import { findBuildTools } from "./build-tools.ts";
import { installCommand, installerHere } from "./installer.ts";
import type { Places } from "./places.ts";
import type { HostPython } from "./probe-python.ts";
import { attempt } from "./process-trouble.ts";
import { identityOf, makePythonTree } from "./python-tree.ts";
import { weigh } from "./weigh.ts";

/** Instead of stack images: the Pythons of this machine, each as a tree that a build copies. */
export class HostStack implements StackImages {
  readonly origin = "machine";
  readonly #places: Places;
  readonly #environment: Environment;
  readonly #pythons: HostPythons;
  readonly #making: Map<string, Promise<Result<void, EngineFailure>>> = new Map();

  constructor(places: Places, environment: Environment, root = "/") {
    this.#places = places;
    this.#environment = environment;
    this.#pythons = new HostPythons(environment, join(places.root, "pythons.json"), root);
  }

  get minors(): readonly string[] {
    return this.#pythons.minors();
  }

  /** What a build of that minor stands on, once it is made. */
  folder(minor: string): string {
    return join(this.#places.stacks, minor);
  }

  /** All that can be had, for making one takes nothing that is not here; a size is that of what is made. */
  list(only?: string): Promise<Result<readonly StackImage[], EngineFailure>> {
    return attempt(this.#places, "look for Pythons", async () => {
      const minors = only === undefined ? this.minors : [only];
      const found = minors.flatMap((minor) => this.#pythons.find(minor) ?? []);
      const images = await Promise.all(
        found.map(async (python): Promise<readonly StackImage[]> => {
          const [id, size] = await Promise.all([idOf(python), weigh(this.folder(python.minor))]);
          const image = { minor: python.minor, reference: python.executable, id };
          // dynos have the same one, links and all
          return [
            { ...image, role: "build", size },
            { ...image, role: "run", size: bytes(0) },
          ];
        }),
      );
      return images.flat();
    });
  }

  /** Whoever wants the same minor meanwhile waits for the same one. */
  async build(minor: string, onProgress: (line: string) => void): Promise<Result<void, EngineFailure>> {
    const making = this.#making.get(minor) ?? this.#make(minor, onProgress);
    this.#making.set(minor, making);
    try {
      return await making;
    } finally {
      this.#making.delete(minor);
    }
  }

  async fetch({ build }: ImagePair): Promise<Result<ImagePair, EngineFailure>> {
    return fail({ kind: "no-containers", image: build });
  }

  remove(minor: string): Promise<Result<boolean, EngineFailure>> {
    return attempt(this.#places, `remove the tree of Python ${minor}`, async () => {
      const isThere = (await identityOf(this.folder(minor))) !== undefined;
      await rm(this.folder(minor), { recursive: true, force: true });
      return isThere;
    });
  }

  async lacking(): Promise<readonly MissingProgram[]> {
    const found = await findBuildTools(this.#environment);
    if (found.ok || found.failure.kind !== "tools-missing") return [];
    const { tools, installer } = found.failure;
    return tools.map(({ name: program, packages }) => ({
      program,
      remedy: installer && installCommand(installer, [packages[installer]]),
    }));
  }

  /** Builds and dynos have the same libraries and programs here: nothing is there in the build alone. */
  async runFiles(): Promise<Result<RunFiles, EngineFailure>> {
    return fail({
      kind: "machine-refused",
      during: "tell what a dyno lacks",
      reason: "without containers a dyno has what the build has",
    });
  }

  async #make(minor: string, onProgress: (line: string) => void): Promise<Result<void, EngineFailure>> {
    const python = this.#pythons.find(minor);
    const installer = installerHere();
    if (python === undefined) {
      const unfit = this.#pythons.unfit(minor);
      return fail({ kind: "python-missing", minor, found: this.minors, unfit, installer });
    }
    const { executable } = python;
    const made = await attempt(this.#places, `make the tree of Python ${minor}`, async () => {
      const identity = await idOf(python);
      if ((await identityOf(this.folder(minor))) === identity) return;
      onProgress(`Python ${python.version} of this machine is used: ${executable}`);
      await makePythonTree(python, identity, this.folder(minor));
    });
    if (made.ok || made.failure.kind !== "machine-refused") return made;
    return fail({ kind: "python-unfit", minor, executable, reason: made.failure.reason, installer });
  }
}

/** Another one when that Python is upgraded: what was made of the former may lead nowhere. */
async function idOf({ executable, version }: HostPython): Promise<string> {
  const { mtimeMs, ino } = await stat(executable);
  return createHash("sha256").update(`${executable} ${version} ${mtimeMs} ${ino}`).digest("hex");
}
