import { createHash } from "node:crypto";

/** One file, link or directory of a slug. Equal entries are equal on a dyno, whatever layer they lie in. */
export interface TreeEntry {
  /** `f`, `l`, `d`, as find calls them; anything else is named too. */
  readonly type: string;
  /** Mode, owner, and, for files, the time of change: compiled Python modules name it. */
  readonly facts: string;
  /** Of a file: sha256, hex; of a link: where it leads. */
  readonly content: string;
  readonly size: number;
  /** Of a file: its number on the file system and its time of last change there. Whatever is done to a file changes one. */
  readonly seen?: string;
}

/** What a slug holds, by path without a leading slash. */
export type SlugTree = ReadonlyMap<string, TreeEntry>;

/** A path of a tree for people: what is no text, or would move the cursor, as a code. */
export function shownPath(path: string): string {
  return Buffer.from(path, "latin1")
    .toString()
    .replaceAll(/\p{Cc}|\uFFFD/gu, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** `SHA256:` and hex; equal for equal trees. */
export function checksumOf(tree: SlugTree): string {
  const lines = [...tree].map(([path, { type, facts, content }]) => [path, type, facts, content]);
  const sorted = lines.toSorted(([one = ""], [other = ""]) => (one < other ? -1 : 1));
  return `SHA256:${createHash("sha256").update(JSON.stringify(sorted)).digest("hex")}`;
}

/** For a file beside the app's state. */
export function writtenTree(tree: SlugTree): string {
  return [...tree]
    .map(([path, { type, facts, content, size, seen }]) =>
      JSON.stringify([path, type, facts, content, size, ...(seen === undefined ? [] : [seen])]),
    )
    .join("\n");
}

type WrittenEntry = [path: string, type: string, facts: string, content: string, size: number, seen?: string];

/** Undefined for anything but what `writtenTree` gave. */
export function readWrittenTree(text: string): SlugTree | undefined {
  try {
    return new Map(
      text.split("\n").map((line) => {
        const [path, type, facts, content, size, seen] = JSON.parse(line) as WrittenEntry;
        return [path, { type, facts, content, size, ...(seen === undefined ? {} : { seen }) }];
      }),
    );
  } catch {
    return undefined;
  }
}
