import type Docker from "dockerode";
import { fail, ok, type Result } from "../../../kernel/result.ts";
import type { EngineFailure } from "../../failure.ts";
import type { ImagePair } from "../../stack-images.ts";
import { attempt, statusOf } from "../engine-trouble.ts";
import { pull } from "./image-streams.ts";

/** The ids of both images; one that is not here is pulled, with what the engine says of that told from time to time. */
export async function fetchPair(
  docker: Docker,
  images: ImagePair,
  onProgress: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<Result<ImagePair, EngineFailure>> {
  const build = await fetchOne(docker, images.build, onProgress, signal);
  if (!build.ok) return build;
  const run = await fetchOne(docker, images.run, onProgress, signal);
  return run.ok ? ok({ build: build.value, run: run.value }) : run;
}

async function fetchOne(
  docker: Docker,
  image: string,
  onProgress: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<Result<string, EngineFailure>> {
  const here = await attempt(`look for ${image}`, () => idOf(docker, image));
  if (!here.ok) return here;
  if (here.value !== undefined) return ok(here.value);
  onProgress(`Pulling ${image}`);
  const refusal = await pull(docker, withTag(image), signal, onProgress);
  if (refusal !== undefined) return fail({ kind: "image-missing", image, reason: refusal });
  const pulled = await attempt(`look for ${image}`, () => idOf(docker, image));
  if (!pulled.ok) return pulled;
  if (pulled.value === undefined)
    return fail({ kind: "image-missing", image, reason: "the engine pulled another one" });
  onProgress(`Pulled ${image}`);
  return ok(pulled.value);
}

async function idOf(docker: Docker, image: string): Promise<string | undefined> {
  try {
    return (await docker.getImage(image).inspect()).Id;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Without a tag the engine would pull all of them. */
function withTag(image: string): string {
  return /[:@][^/]+$/.test(image) ? image : `${image}:latest`;
}
