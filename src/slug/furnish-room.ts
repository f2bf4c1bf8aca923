import { relative } from "node:path";
import { PassThrough, pipeline, type Readable } from "node:stream";
import type { BuildBox } from "../engine/build-box.ts";
import type { EngineFailure } from "../engine/failure.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { AppSource } from "../manifest/app-source.ts";
import { SourceChanged, SourceTooLarge } from "../manifest/source-tree.ts";
import { DYNO_UID, files, folders, type BuildRoom } from "./build-room.ts";
import type { Buildpack } from "./buildpack.ts";
import type { SlugFailure } from "./failure.ts";
import { joinedTar } from "./joined-tar.ts";
import { listTree, newFilesOf, restoreTree, wantedOf } from "./kept-tree.ts";
import { listedSource, wantedList, type SentSource } from "./sent-source.ts";

type Failure = SlugFailure | EngineFailure;

export interface Sending extends Disposable {
  readonly source: AppSource;
  /** Not in the archive: the last build has left it in the app's cache volume. */
  readonly there: SentSource;
  readonly tar: Readable;
  /** Why the reading broke off. */
  readonly trouble: () => unknown;
}

/** Held in memory until the box is open; beyond that the reading waits. */
const READ_AHEAD = 4_194_304;

/** Begins to read the source, which takes about as long as a box takes to open. */
export function startReading(source: AppSource, there: SentSource = new Map()): Sending {
  const tar = new PassThrough({ highWaterMark: READ_AHEAD });
  let trouble: unknown;
  pipeline(source.tar(DYNO_UID, there), tar, (problem) => (trouble = problem ?? undefined));
  // perhaps nobody listens yet: whoever takes the archive will meet its end
  tar.on("error", () => {});
  return { source, there, tar, trouble: () => trouble, [Symbol.dispose]: () => tar.destroy() };
}

export interface Furniture {
  readonly sending: Sending;
  readonly buildpacks: readonly Buildpack[];
  readonly configVars: Readonly<Record<string, string>>;
  /** Whether anybody wants to know where the source lies from then on. */
  readonly isRemembered: boolean;
}

/** Copies in the source, the buildpacks, and one file for each config var. Gives the source as it lies there. */
export async function furnishRoom(
  box: BuildBox,
  room: BuildRoom,
  { sending, buildpacks, configVars, isRemembered }: Furniture,
): Promise<Result<SentSource, Failure>> {
  const isWhole = sending.there.size === 0;
  const { tmp } = room.places;
  const inTmp = (path: string): string => relative(tmp, path);
  const build = room.places.build === undefined ? [room.buildDir] : [];
  const made = [room.home, ...room.buildpackDirs, ...build, room.envDir];
  const parts = [
    { place: ".", tar: folders((isWhole ? made : [...made, newFilesOf(room)]).map(inTmp)) },
    ...buildpacks.map((buildpack, index) => ({
      place: inTmp(room.buildpackDirs[index] ?? room.home),
      tar: buildpack.tar(DYNO_UID),
    })),
    { place: inTmp(room.envDir), tar: files(configVars) },
  ];
  if (isWhole) {
    const put = await box.put(joinedTar(parts), tmp);
    return put.ok ? putWhole(box, room, sending, isRemembered) : put;
  }
  parts.push({ place: inTmp(newFilesOf(room)), tar: sending.tar });
  parts.push({ place: ".", tar: files({ [inTmp(wantedOf(room))]: wantedList(sending.there) }) });
  const put = await putSource(box, joinedTar(parts), tmp, sending);
  return put.ok ? restore(box, room, sending) : put;
}

async function restore(
  box: BuildBox,
  room: BuildRoom,
  { source }: Sending,
): Promise<Result<SentSource, Failure>> {
  const restored = await restoreTree(box, room);
  if (!restored.ok) return restored;
  if (restored.value !== undefined) return ok(listedSource(source, restored.value));
  using whole = startReading(source);
  return await putWhole(box, room, whole, true);
}

async function putWhole(
  box: BuildBox,
  room: BuildRoom,
  sending: Sending,
  isRemembered: boolean,
): Promise<Result<SentSource, Failure>> {
  const put = await putSource(box, sending.tar, room.buildDir, sending);
  if (!put.ok) return put;
  if (!isRemembered) return ok(new Map());
  const listed = await listTree(box, room);
  return listed.ok ? ok(listedSource(sending.source, listed.value ?? "")) : listed;
}

/** `tar`: that of the source, or one that it is part of. */
async function putSource(
  box: BuildBox,
  tar: Readable,
  path: string,
  { trouble }: Sending,
): Promise<Result<void, Failure>> {
  try {
    const put = await box.put(tar, path);
    return put.ok ? put : fail(asFailure(trouble()) ?? put.failure);
  } catch (problem) {
    const failure = asFailure(trouble());
    if (failure === undefined) throw problem;
    return fail(failure);
  }
}

function asFailure(trouble: unknown): SlugFailure | undefined {
  if (trouble instanceof SourceChanged) return { kind: "source-changed", path: trouble.path };
  if (trouble instanceof SourceTooLarge) return { kind: "checkout-too-large", largest: trouble.largest };
  return undefined;
}
