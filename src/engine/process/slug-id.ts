import type { ImageId } from "../../heroku/names.ts";

/** Which slug it is: a folder name below `apps/INSTANCE/slugs`. */
export interface SlugId {
  readonly instance: string;
  readonly id: string;
}

/** One folder's name, and no way out of it. */
const PART = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;
const SCHEME = "process:";

/** `process:INSTANCE/ID`. A tag cannot hold a slash: no container engine has an image of such a name. */
export function imageOf({ instance, id }: SlugId): ImageId {
  return `${SCHEME}${instance}/${id}` as ImageId;
}

/** Undefined for the images of other engines. */
export function slugIdOf(image: ImageId): SlugId | undefined {
  if (!image.startsWith(SCHEME)) return undefined;
  const [instance = "", id = "", ...more] = image.slice(SCHEME.length).split("/");
  return more.length === 0 && PART.test(instance) && PART.test(id) ? { instance, id } : undefined;
}
