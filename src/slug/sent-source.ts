import type { AppSource } from "../manifest/app-source.ts";
import type { SlugTree } from "./slug-tree.ts";

/** A file of the source as it has lain in the app's cache volume since it was sent. */
export interface SentFile {
  /** As git has it. */
  readonly mode: number;
  /** Git's id of the content. */
  readonly blob: string;
  /** Bytes. */
  readonly size: number;
  /** Its number on the file system and its time of last change there. Whatever is done to a file changes one. */
  readonly seen: string;
}

/** By path. */
export type SentSource = ReadonlyMap<string, SentFile>;

/** From build to build. */
export interface SentMemory {
  load(): SentSource;
  save(sent: SentSource): void;
}

/** For more that is new the whole source is sent: that way is made for many files, and this one goes through fewer. */
const MOST_NEW = 500;

/** What need not be sent again if it still lies where it was: of `source`, what is the same as then. */
export function unchanged(source: Pick<AppSource, "files">, sent: SentSource): SentSource {
  const same = new Map<string, SentFile>();
  for (const { path, mode, blob } of source.files) {
    const before = sent.get(path);
    if (before?.mode === mode && before.blob === blob) same.set(path, before);
  }
  return source.files.length - same.size > MOST_NEW ? new Map() : same;
}

/** The files of `source` as they lie in the box, of which `listing` tells. */
export function listedSource({ files }: Pick<AppSource, "files">, listing: string): SentSource {
  const there = new Map<string, Pick<SentFile, "size" | "seen">>();
  for (const entry of listing.split("\0")) {
    const [, number, changed, size, path] = /^(\d+) (\S+) (\d+) (.*)$/s.exec(entry) ?? [];
    if (path !== undefined) there.set(path, { size: Number(size), seen: `${number} ${changed}` });
  }
  return new Map(
    files.flatMap(({ path, mode, blob }): [string, SentFile][] => {
      const facts = there.get(path);
      return facts === undefined ? [] : [[path, { mode, blob, ...facts }]];
    }),
  );
}

/** Without what the build has changed or removed, as `tree` has it at its end. */
export function untouched(sent: SentSource, tree: SlugTree): SentSource {
  return new Map(
    [...sent].filter(([path, { seen }]) => {
      const entry = tree.get(Buffer.from(path).toString("latin1"));
      return entry !== undefined && (entry.type !== "f" || entry.seen === seen);
    }),
  );
}

/** What of `sent` has to lie there, a name at the end of each entry. */
export function wantedList(sent: SentSource): Buffer {
  return Buffer.from([...sent].map(([path, { seen }]) => `${seen} ${path}\0`).join(""));
}
