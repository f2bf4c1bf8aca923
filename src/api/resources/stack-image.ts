import type { MissingProgram, StackImage } from "../../platform/platform.ts";
import { json, type Resource } from "../exchange.ts";
import { errorBody, error, refused } from "../respond.ts";
import { tell } from "./build.ts";

export interface StackImagesBody {
  /** Python minors that can be had here, oldest first. */
  readonly minors: readonly string[];
  readonly images: readonly StackImage[];
  /** `machine`: no images, but what builds make of this machine's Pythons; `reference` is then a program's path. */
  readonly origin: "images" | "machine";
  /** Programs of this machine that a build would miss; with images none. */
  readonly lacking: readonly MissingProgram[];
}

export const listStackImages: Resource = async ({ platform }) => {
  const images = await platform.stack.list();
  if (!images.ok) return refused(images.failure);
  const { minors, origin } = platform.stack;
  const lacking = (await platform.stack.lacking?.()) ?? [];
  return json(200, { minors, images: images.value, origin, lacking } satisfies StackImagesBody);
};

/** Tells as it goes, as a build does. */
export const buildStackImage: Resource = ({ platform, params }) => {
  const minor = params["minor"] ?? "";
  if (!platform.stack.minors.includes(minor)) return unknownMinor(platform.stack.minors, minor);
  return {
    kind: "stream",
    contentType: "application/x-ndjson",
    write: async (sink) => {
      const onLine = (line: string): void => tell<{ minor: string }>(sink, { line });
      const built = await platform.stack.build(minor, onLine, sink.gone);
      tell<{ minor: string }>(sink, built.ok ? { result: { minor } } : { error: errorBody(built.failure) });
    },
  };
};

export const removeStackImage: Resource = async ({ platform, params }) => {
  const minor = params["minor"] ?? "";
  const removed = await platform.stack.remove(minor);
  if (!removed.ok) return refused(removed.failure);
  return removed.value
    ? json(200, { minor })
    : error(404, "not_found", `There are no images for Python ${minor}.`);
};

function unknownMinor(minors: readonly string[], minor: string): ReturnType<typeof error> {
  return error(404, "not_found", `There is no Python ${minor} here: ${minors.join(", ")} can be had.`);
}
