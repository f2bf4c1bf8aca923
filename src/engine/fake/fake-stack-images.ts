import { fail, ok, type Result } from "../../kernel/result.ts";
import { mebibytes } from "../../kernel/units.ts";
import type { EngineFailure } from "../failure.ts";
import type { ImagePair, RunFiles, StackImage, StackImages } from "../stack-images.ts";

/** Stack images that are made by saying so. */
export class FakeStackImages implements StackImages {
  origin: StackImages["origin"] = "images";
  readonly minors: readonly string[] = ["3.11", "3.13", "3.14"];
  /** What `runFiles` answers. */
  files: RunFiles = {
    image: "sha256:fake",
    libraries: ["libc.so.6"],
    programs: ["/bin/sh", "/bin/bash", "/usr/bin/env"],
  };
  /** Images that nobody has. */
  readonly absent: Set<string> = new Set();
  readonly #built = new Set<string>();

  async list(only?: string): Promise<Result<readonly StackImage[], EngineFailure>> {
    return ok(
      this.minors.filter((minor) => this.#built.has(minor) && (only ?? minor) === minor).flatMap(pair),
    );
  }

  async build(minor: string, onProgress: (line: string) => void): Promise<Result<void, EngineFailure>> {
    if (!this.#built.has(minor)) onProgress(`Making the fake stack images for Python ${minor}`);
    this.#built.add(minor);
    return ok();
  }

  /** Ids of images that a registry has, or the engine already. */
  async fetch(
    images: ImagePair,
    onProgress: (line: string) => void,
  ): Promise<Result<ImagePair, EngineFailure>> {
    for (const image of [images.build, images.run]) {
      if (this.absent.has(image)) return fail({ kind: "image-missing", image, reason: "not found" });
      onProgress(`Pulling ${image}`);
    }
    return ok({ build: `sha256:${images.build}`, run: `sha256:${images.run}` });
  }

  async remove(minor: string): Promise<Result<boolean, EngineFailure>> {
    return ok(this.#built.delete(minor));
  }

  async runFiles(): Promise<Result<RunFiles, EngineFailure>> {
    return ok(this.files);
  }
}

function pair(minor: string): readonly StackImage[] {
  return (["build", "run"] as const).map((role) => ({
    minor,
    role,
    reference: `fake/stack-${role}:${minor}`,
    id: `sha256:fake-${role}-${minor}`,
    size: mebibytes(role === "build" ? 520 : 210),
  }));
}
