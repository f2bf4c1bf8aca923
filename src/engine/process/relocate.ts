import { chmod, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { execa } from "execa";
import { movedTarget, replaceAppPath, replaceInterpreter } from "./app-path.ts";
import { extentOf, type Extent } from "./named-files.ts";
import { entryAt, listTree, onDisk, type TreeEntry, type TreeListing } from "./tree-listing.ts";

const APP = "/app";
/** Where scripts read a dyno's memory quota. heroku.md 4 */
const CGROUP = "/sys/fs/cgroup/";

/** What in a slug names /app; paths and targets are Latin-1, byte for byte. */
export interface Named {
  readonly files: Readonly<Record<string, Extent>>;
  readonly links: Readonly<Record<string, string>>;
}

/** What has been written anew, as it is now. */
export type Rewritten = ReadonlyMap<string, TreeEntry>;

/** Where on this machine the dyno finds what it would find at /app and at /sys/fs/cgroup. */
export interface Elsewhere {
  readonly app: string;
  readonly cgroup: string;
}

/**
 * Makes of a tree that was built at `builtAt` what it would be had it been built at /app, and finds what in it names /app.
 * Binary files stay as they are.
 */
export async function relocateToApp(
  root: string,
  builtAt: string,
): Promise<{ readonly named: Named; readonly listing: TreeListing }> {
  const [listing, naming] = await Promise.all([listTree(root), filesThatName(root, [builtAt, `${APP}/`])]);
  const files: Record<string, Extent> = {};
  const links: Record<string, string> = {};
  const rewritten = new Map<string, TreeEntry>();
  const prefix = asLatin1(builtAt);
  for (const [path, former] of listing) {
    const extent = extentOf(path);
    // those of the first kind may name /app without anything below it
    if (extent !== "whole" && !naming.has(path)) continue;
    const text = await readText(root, path, former);
    if (text === undefined) continue;
    const canonical = text.replaceAll(prefix, APP);
    if (canonical !== text) await writeAnew(root, path, canonical, former, rewritten);
    if (movedText(canonical, extent, SOMEWHERE) !== canonical) files[path] = extent;
  }
  for (const [path, { target }] of listing) {
    if (target === undefined) continue;
    const canonical = movedTarget(target, prefix, APP);
    if (canonical !== undefined) await linkAnew(root, path, canonical, rewritten);
    if (movedTarget(canonical ?? target, APP, APP) !== undefined) links[path] = canonical ?? target;
  }
  return { named: { files, links }, listing: new Map([...listing, ...rewritten]) };
}

/** Makes what names /app in a copy of a slug name another place. */
export async function relocateFromApp(
  root: string,
  { files, links }: Named,
  { app, cgroup }: Elsewhere,
): Promise<Rewritten> {
  const elsewhere = { app: asLatin1(app), cgroup: asLatin1(cgroup) };
  const rewritten = new Map<string, TreeEntry>();
  for (const [path, extent] of Object.entries(files)) {
    const former = await entryAt(root, path);
    const text = former && (await readText(root, path, former));
    if (former !== undefined && text !== undefined)
      await writeAnew(root, path, movedText(text, extent, elsewhere), former, rewritten);
  }
  for (const [path, target] of Object.entries(links))
    await linkAnew(root, path, movedTarget(target, APP, elsewhere.app) ?? target, rewritten);
  return rewritten;
}

/** For the question whether anything would change. */
const SOMEWHERE: Elsewhere = { app: "/elsewhere", cgroup: "/elsewhere" };

function movedText(text: string, extent: Extent, { app, cgroup }: Elsewhere): string {
  if (extent === "interpreter") return replaceInterpreter(text, app);
  const scripts = replaceInterpreter(text, app);
  return replaceAppPath(scripts, app).replaceAll(CGROUP, `${cgroup}/`);
}

/**
 * The text files that hold one of these texts; `grep` looks into thousands of files in a tenth of the time that Node.js takes
 * to read them.
 */
async function filesThatName(root: string, texts: readonly string[]): Promise<ReadonlySet<string>> {
  const wanted = texts.flatMap((text) => ["-e", text]);
  const found = await execa("grep", ["-rlIFs", "-D", "skip", "--null", ...wanted, "--", "."], {
    cwd: root,
    stdin: "ignore",
    encoding: "latin1",
    stripFinalNewline: false,
    reject: false,
    env: { LC_ALL: "C" },
  });
  // 1: none; 2: what cannot be read could not be packed either
  if (found.exitCode === undefined || found.exitCode > 2) throw new Error(found.message);
  return new Set(found.stdout.split("\0").map((path) => path.slice("./".length)));
}

/** No text that is made for a place is as long as this. */
const LONGEST = 16 * 1024 * 1024;

/** Undefined for what is no text. */
async function readText(root: string, path: string, { type, size }: TreeEntry): Promise<string | undefined> {
  if (type !== "file" || size > LONGEST) return undefined;
  const text = await readFile(onDisk(root, path), "latin1");
  return text.includes("\0") ? undefined : text;
}

/** Never in place: other names of the file, in other slugs, keep what they have. */
async function writeAnew(
  root: string,
  path: string,
  text: string,
  { mode }: TreeEntry,
  rewritten: Map<string, TreeEntry>,
): Promise<void> {
  const place = onDisk(root, path);
  await rm(place);
  await writeFile(place, text, { encoding: "latin1", flag: "wx" });
  await chmod(place, mode);
  await note(root, path, rewritten);
}

async function linkAnew(
  root: string,
  path: string,
  target: string,
  rewritten: Map<string, TreeEntry>,
): Promise<void> {
  const place = onDisk(root, path);
  await rm(place);
  await symlink(Buffer.from(target, "latin1"), place);
  await note(root, path, rewritten);
}

async function note(root: string, path: string, rewritten: Map<string, TreeEntry>): Promise<void> {
  const entry = await entryAt(root, path);
  if (entry !== undefined) rewritten.set(path, entry);
}

function asLatin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}
