import type { ImageId } from "../heroku/names.ts";
import type { Engine } from "./engine.ts";

/** Two engines keep slugs, and neither has those of the other. */
export type SlugOrigin = "docker" | "process";

/** The process engine's slugs are folders, and their ids say so. */
export const PROCESS_SLUG = "process:";

export function originOf(image: ImageId): SlugOrigin {
  return image.startsWith(PROCESS_SLUG) ? "process" : "docker";
}

/** The engine that has this slug, where that is not `engine`. */
export function otherOrigin(image: ImageId, engine: Pick<Engine, "name">): SlugOrigin | undefined {
  const origin = originOf(image);
  return (origin === "process") === (engine.name === "process") ? undefined : origin;
}
