import { fail, type Result } from "../../kernel/result.ts";
import type { BuildSpec } from "../build-box.ts";
import type { EngineFailure } from "../failure.ts";
import type { StackImages } from "../stack-images.ts";

/** Lets `use` have the image that a build or its dynos stand on: one that was named, else ours, made where it is missing. */
export async function withImage<T>(
  stack: StackImages,
  { pythonMinor: minor, images: named }: Pick<BuildSpec, "pythonMinor" | "images">,
  role: "build" | "run",
  onProgress: (line: string) => void,
  use: (reference: string) => Promise<Result<T, EngineFailure>>,
): Promise<Result<T, EngineFailure>> {
  if (named !== undefined) return use(named[role]);
  const built = await stack.build(minor, onProgress);
  if (!built.ok) return built;
  const images = await stack.list();
  if (!images.ok) return images;
  const image = images.value.find((candidate) => candidate.minor === minor && candidate.role === role);
  return image ? use(image.id) : fail({ kind: "image-missing", image: `stack-${role} for Python ${minor}` });
}
