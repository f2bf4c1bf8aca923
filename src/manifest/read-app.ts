import { realpath, stat } from "node:fs/promises";
import { posix } from "node:path";
import { buffer } from "node:stream/consumers";
import { assertNever } from "../kernel/assert-never.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import { checkSize } from "./checkout-size.ts";
import { NO_APP_JSON, parseAppJson } from "./app-json.ts";
import type { AppJson, AppSource, Procfile, SourceChoice } from "./app-source.ts";
import type { ManifestFailure } from "./failure.ts";
import { missingProcfile, parseProcfile } from "./procfile.ts";
import { wantedPythonMinor } from "./python-version.ts";
import { unstartable, type PlacedCommand } from "./commands-of-tree.ts";
import { joinTrees } from "./joined-tree.ts";
import { findGit, type GitPlace } from "./read-git.ts";
import { readSubmodules } from "./read-submodules.ts";
import {
  listEmptyFolders,
  listLeftOut,
  readRef,
  readTracked,
  tracksAnything,
  type GitTree,
} from "./read-tracked.ts";
import { readTreeNotices } from "./read-tree-notices.ts";
import { containerNotices, emptyFolderNotices, unnameableNotices } from "./tree-notices.ts";
import { readWorkingTree } from "./read-working-tree.ts";
import { parseSlugignore } from "./slugignore.ts";
import { sourceTar } from "./source-tar.ts";
import { SYMLINK, treeHash, type OpenTree, type SourceTree } from "./source-tree.ts";

/**
 * The app in `folder` as a push would send it, or as `choice` says. issue A 4
 * Tracked files with their edits; without git, a commit or anything tracked, whatever is not ignored.
 */
export async function readAppSource(
  folder: string,
  choice: SourceChoice,
): Promise<Result<AppSource, ManifestFailure>> {
  const home = await realFolder(folder);
  if (home === undefined) return fail({ kind: "folder-missing", folder });
  const read = await readTree(home, choice);
  if (!read.ok) return read;
  // nothing is held for an opening that did not come
  await using _held = { [Symbol.asyncDispose]: read.value.letGo };
  // once for all of them: where there are edits, each opening but the first takes these anew
  await using open = await read.value.tree.open();
  const ignoreFile = await readText(read.value.tree, open, ".slugignore");
  const slugignore = parseSlugignore(ignoreFile ?? "");
  const files = read.value.tree.files.filter((file) => !slugignore.deletes(file.path));
  if (files.length < read.value.tree.files.length) {
    const tooLarge = await checkSize(read.value.tree, open);
    if (tooLarge !== undefined) return fail(tooLarge);
  }
  const tree: SourceTree = { files, open: () => read.value.tree.open() };
  const leftOut = read.value.leftOut.filter((path) => !slugignore.deletes(path));
  const procfile = await readProcfile(tree, open, leftOut, read.value.place !== undefined);
  const appJson = await readText(tree, open, "app.json");
  const parsed = appJson === undefined ? ok(NO_APP_JSON) : parseAppJson(appJson);
  const app = parsed.ok ? parsed.value : NO_APP_JSON;
  const runtimeTxt = await readText(tree, open, "runtime.txt");
  const pythonVersion = await readText(tree, open, ".python-version");
  const pipfileLock = await readText(tree, open, "Pipfile.lock");
  return ok({
    folder: home,
    choice: read.value.choice,
    commit: read.value.commit,
    treeHash: treeHash(files),
    files,
    procfile,
    appJson: app,
    appJsonFailure: parsed.ok ? undefined : parsed.failure,
    slugignored:
      ignoreFile === undefined ? undefined : slugignore.count(read.value.tree.files.map(({ path }) => path)),
    leftOut,
    notices: [
      ...read.value.notices,
      ...slugignore.notices,
      ...(await readTreeNotices(tree, open, read.value.place)),
      ...containerNotices(
        files.map(({ path }) => path),
        app.stack,
      ),
      ...unstartable(commandsOf(procfile, app), files, read.value.place !== undefined),
    ],
    pushLines: read.value.pushLines,
    pythonMinor: wantedPythonMinor({ runtimeTxt, pythonVersion, pipfileLock }),
    tar: (uid, there) => sourceTar(tree, uid, there),
  });
}

function commandsOf({ types }: Procfile, { postdeploy }: AppJson): PlacedCommand[] {
  const commands = types.map(({ command, line }) => ({ place: `Procfile line ${line}`, command }));
  return postdeploy === undefined
    ? commands
    : [...commands, { place: "app.json scripts.postdeploy", command: postdeploy }];
}

interface Read {
  readonly tree: SourceTree;
  readonly place: GitPlace | undefined;
  readonly choice: SourceChoice["kind"];
  readonly commit: string | undefined;
  readonly leftOut: readonly string[];
  readonly notices: readonly string[];
  readonly pushLines: readonly string[];
  /** Of what is held for the first opening. */
  readonly letGo: () => Promise<void>;
}

async function readTree(folder: string, choice: SourceChoice): Promise<Result<Read, ManifestFailure>> {
  const answer = await findGit(folder);
  const place = answer.kind === "repository" ? answer.place : undefined;
  switch (choice.kind) {
    case "working-tree":
      return readAll(folder, place);
    case "ref":
      if (answer.kind === "refused") return fail({ kind: "git-refused", folder, reason: answer.reason });
      if (place === undefined)
        return fail({
          kind: "git-wanted",
          ref: choice.ref,
          lacks: answer.kind === "no-git" ? "git" : "repository",
        });
      return asRead(place, await readRef(place, choice.ref), "ref", []);
    case "tracked": {
      if (answer.kind === "refused") return fail({ kind: "git-refused", folder, reason: answer.reason });
      if (place?.head === undefined || !(await tracksAnything(place))) return readAll(folder, place);
      const [tracked, leftOut] = await Promise.all([readTracked(place, place.head), listLeftOut(place)]);
      return asRead(place, tracked, "tracked", leftOut);
    }
    default:
      return assertNever(choice);
  }
}

async function readAll(folder: string, place: GitPlace | undefined): Promise<Result<Read, ManifestFailure>> {
  const tree = await readWorkingTree(folder, place);
  if (!tree.ok) return tree;
  const skipped = tree.value.skipped.filter((path) => !/^\.dynosim(?:\/|$)/.test(path));
  return ok({
    tree: tree.value,
    place,
    choice: "working-tree",
    commit: place?.head,
    leftOut: [],
    notices: [
      ...skipped.map((path) => `${path} is left out: it is no file that git could keep.`),
      ...unnameableNotices(tree.value.unnameable),
    ],
    pushLines: [],
    letGo: async () => {},
  });
}

async function asRead(
  place: GitPlace,
  tree: Result<GitTree, ManifestFailure>,
  choice: "tracked" | "ref",
  leftOut: readonly string[],
): Promise<Result<Read, ManifestFailure>> {
  if (!tree.ok) return tree;
  const { commit, links, unnameable } = tree.value;
  const submodules = await readSubmodules({ folder: place.folder, links, tree: tree.value });
  if (!submodules.ok) {
    await tree.value[Symbol.asyncDispose]();
    return submodules;
  }
  const { parts, lines, notices } = submodules.value;
  const empty = choice === "ref" ? [] : await listEmptyFolders(place, leftOut);
  return ok({
    tree: joinTrees([{ prefix: "", tree: tree.value }, ...parts]),
    place,
    choice,
    commit,
    leftOut,
    notices: [...notices, ...emptyFolderNotices(empty), ...unnameableNotices(unnameable)],
    pushLines: lines,
    letGo: async () => tree.value[Symbol.asyncDispose](),
  });
}

async function realFolder(folder: string): Promise<string | undefined> {
  try {
    const home = await realpath(folder);
    return (await stat(home)).isDirectory() ? home : undefined;
  } catch {
    return undefined;
  }
}

async function readProcfile(
  tree: SourceTree,
  open: OpenTree,
  leftOut: readonly string[],
  hasGit: boolean,
): Promise<Procfile> {
  const content = await readContent(tree, open, "Procfile");
  return content === undefined
    ? missingProcfile(
        tree.files.map((file) => file.path),
        leftOut,
        hasGit,
      )
    : parseProcfile(content);
}

async function readText(tree: SourceTree, open: OpenTree, path: string): Promise<string | undefined> {
  return (await readContent(tree, open, path))?.toString();
}

/** Goes along symlinks inside the tree, as opening the file in a checkout would; one that leads out is not there. */
async function readContent(
  tree: SourceTree,
  open: OpenTree,
  path: string,
  hops = 8,
): Promise<Buffer | undefined> {
  const file = tree.files.find((file) => file.path === path);
  if (file === undefined || hops === 0) return undefined;
  const content = await buffer((await open.read(file)).chunks);
  if (file.mode !== SYMLINK) return content;
  return readContent(tree, open, posix.join(posix.dirname(path), content.toString()), hops - 1);
}
