import { join } from "node:path";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { ManifestFailure } from "./failure.ts";
import type { TreePart } from "./joined-tree.ts";
import { git } from "./read-git.ts";
import { editsIn, findObjects, isPushed, type Objects } from "./read-submodule-objects.ts";
import { readCommit, type Gitlink } from "./read-tracked.ts";
import type { SourceTree } from "./source-tree.ts";
import { barrierTo, refusalLines, submodulesIn, type Submodule } from "./submodule-source.ts";

export interface Installed {
  readonly parts: readonly TreePart[];
  /** What the git server of Heroku says while it fetches them. */
  readonly lines: readonly string[];
  readonly notices: readonly string[];
}

/** `folder`: where the app stands, whose own checkouts spare the network. */
export interface Surroundings {
  readonly folder: string;
  readonly links: readonly Gitlink[];
  readonly tree: SourceTree;
}

/**
 * Submodules as Heroku's git server installs them: all of `.gitmodules`, recursively, without anybody's keys; none of
 * them is looked at where that file is missing. heroku.md 6.1; the words as in push logs of 2015 to 2022.
 */
export async function readSubmodules(around: Surroundings): Promise<Result<Installed, ManifestFailure>> {
  const { folder, links, tree } = around;
  const gitmodules = await gitmodulesOf(tree);
  if (gitmodules === undefined || gitmodules.trim() === "")
    return ok({ parts: [], lines: [], notices: links.map(({ path }) => foreign(path)) });
  const work: Work = {
    cache: join(folder, ".dynosim", "submodules"),
    parts: [],
    lines: ["Git submodules detected, installing:"],
    notices: [],
  };
  const installed = await install(work, { shown: "", own: folder, links, gitmodules });
  return installed.ok ? ok(work) : installed;
}

function foreign(path: string): string {
  return `${path} is a git repository of its own, and .gitmodules does not name it: a push sends an empty folder. Add it with "git submodule add URL ${path}", or remove ${path}/.git and add its files.`;
}

interface Work {
  readonly cache: string;
  readonly parts: TreePart[];
  readonly lines: string[];
  readonly notices: string[];
}

interface Level {
  /** `""`, or the path of the submodule these are in, with a slash. */
  readonly shown: string;
  /** Where the checkout of that repository may stand on this machine. */
  readonly own: string | undefined;
  readonly links: readonly Gitlink[];
  readonly gitmodules: string;
}

interface Found {
  readonly link: Gitlink;
  readonly shown: string;
  readonly objects: Objects;
}

async function install(work: Work, level: Level): Promise<Result<void, ManifestFailure>> {
  const modules = await parse(level.gitmodules);
  const mapped: [Gitlink, Submodule][] = [];
  const refused = (path: string, url: string | undefined, lines: readonly string[]): ManifestFailure => ({
    kind: "submodule-refused",
    path,
    url,
    barrier: url === undefined ? undefined : barrierTo(url),
    lines: [...work.lines, ...lines],
  });
  let unmapped: string | undefined;
  for (const link of level.links) {
    const module = modules.get(link.path);
    const path = level.shown + link.path;
    if (module === undefined) unmapped ??= path;
    else if (module.skipped) work.lines.push(`Skipping submodule '${path}'`);
    else mapped.push([link, module]);
    if (module !== undefined && !module.skipped)
      work.lines.push(`Submodule '${module.name}' (${module.url}) registered for path '${path}'`);
  }
  if (unmapped !== undefined)
    return fail(
      refused(unmapped, undefined, [
        `fatal: no submodule mapping found in .gitmodules for path '${unmapped}'`,
      ]),
    );

  const found: Found[] = [];
  for (const [link, module] of mapped) {
    const shown = level.shown + link.path;
    const { url } = module;
    work.lines.push(`Cloning into '${shown}'...`);
    const barrier = barrierTo(url);
    if (barrier !== undefined) return fail(refused(shown, url, refusalLines(barrier, url, shown)));
    const objects = await findObjects(work.cache, level.own, link, module);
    if (!objects.ok) return fail(refused(shown, url, objects.failure(shown)));
    found.push({ link, shown, objects: objects.value });
  }
  for (const one of found) {
    const placed = await place(work, one);
    if (!placed.ok) return placed;
  }
  return ok();
}

async function place(work: Work, { link, shown, objects }: Found): Promise<Result<void, ManifestFailure>> {
  const tree = await readCommit(objects.repository, link.commit);
  if (tree === undefined) throw new Error(`${objects.repository} has lost ${link.commit}`);
  work.lines.push(`Submodule path '${shown}': checked out '${link.commit}'`);
  work.parts.push({ prefix: shown, tree: { ...tree, files: tree.files.filter(isInside) } });
  if (objects.own !== undefined) work.notices.push(...(await differences(shown, link, objects.own)));
  if (tree.links.length === 0) return ok();
  return install(work, {
    shown: `${shown}/`,
    own: objects.own,
    links: tree.links,
    gitmodules: (await gitmodulesOf(tree)) ?? "",
  });
}

/** git checks out no such name, whoever made the commit. */
function isInside({ path }: { readonly path: string }): boolean {
  return path
    .split("/")
    .every((name) => name !== "" && name !== "." && name !== ".." && !/^\.git$/i.test(name));
}

async function gitmodulesOf(tree: SourceTree): Promise<string | undefined> {
  const file = tree.files.find(({ path }) => path === ".gitmodules");
  if (file === undefined) return undefined;
  await using open = await tree.open();
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await open.read(file)).chunks) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function differences(shown: string, { commit }: Gitlink, own: string): Promise<string[]> {
  const [edited, pushed] = await Promise.all([editsIn(own), isPushed(own, commit)]);
  const short = commit.slice(0, 7);
  return [
    ...(edited
      ? [
          `${shown} has edits that are not committed in it: a push sends its commit ${short}. To build with them: dynosim up --working-tree`,
        ]
      : []),
    ...(pushed
      ? []
      : [
          `${shown} stands at ${short}, which no branch of its remote has as far as its clone here knows: push it, else Heroku cannot fetch it.`,
        ]),
  ];
}

async function parse(gitmodules: string): Promise<ReadonlyMap<string, Submodule>> {
  const listed = await git("/", ["config", "--file", "-", "--list", "-z"], {}, Buffer.from(gitmodules));
  return submodulesIn(listed?.stdout.toString() ?? "");
}
