import { createHash } from "node:crypto";
import { lstat, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { ok, type Result } from "../kernel/result.ts";
import { firstLine, git, type GitOutput } from "./read-git.ts";
import type { Gitlink } from "./read-tracked.ts";
import type { Submodule } from "./submodule-source.ts";

/** A repository that has the commit. */
export interface Objects {
  readonly repository: string;
  /** The user's own checkout of it, where that is the one. */
  readonly own: string | undefined;
}

type NotFound = { readonly ok: false; readonly failure: (path: string) => readonly string[] };

/** The user's own clone when it has the commit, else what was fetched before, else the network. */
export async function findObjects(
  cache: string,
  around: string | undefined,
  link: Gitlink,
  { name, url }: Submodule,
): Promise<Result<Objects, never> | NotFound> {
  const own = around === undefined ? undefined : join(around, link.path);
  if (own !== undefined && (await exists(join(own, ".git"))) && (await has(own, link.commit)))
    return ok({ repository: own, own });
  const kept = around === undefined ? undefined : await moduleFolder(around, name);
  if (kept !== undefined && (await has(kept, link.commit))) return ok({ repository: kept, own: undefined });
  const repository = join(cache, `${createHash("sha256").update(url).digest("hex").slice(0, 16)}.git`);
  if (!(await exists(repository)) || !(await has(repository, link.commit))) {
    const said = await fetch(repository, url, link.commit);
    if (said !== undefined) return { ok: false, failure: said };
  }
  return ok({ repository, own: undefined });
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

async function has(repository: string, commit: string): Promise<boolean> {
  return (await git(repository, ["cat-file", "-e", `${commit}^{commit}`]))?.status === 0;
}

/** Of a clone whose checkout was removed. */
async function moduleFolder(around: string, name: string): Promise<string | undefined> {
  if (!(await exists(join(around, ".git")))) return undefined;
  const path = await git(around, ["rev-parse", "--git-path", `modules/${name}`]);
  const folder = path?.status === 0 ? resolve(around, firstLine(path)) : undefined;
  return folder !== undefined && (await exists(folder)) ? folder : undefined;
}

/** Undefined when the commit is there; else what git said. */
async function fetch(
  repository: string,
  url: string,
  commit: string,
): Promise<((path: string) => readonly string[]) | undefined> {
  await mkdir(repository, { recursive: true });
  const made = await git(repository, ["init", "--bare", "--quiet"]);
  if (made?.status !== 0) return () => [made?.stderr ?? "git is gone"];
  const one = await anonymous(repository, ["--depth=1", "--", url, commit]);
  if (one?.status === 0) return undefined;
  // not every server gives out a commit by its name
  const all = await anonymous(repository, ["--", url, "+refs/*:refs/*"]);
  if (all?.status !== 0)
    return (path) => [...linesOf(all), `fatal: clone of '${url}' into submodule path '${path}' failed`];
  if (await has(repository, commit)) return undefined;
  return (path) => [
    ...linesOf(one),
    `fatal: Fetched in submodule path '${path}', but it did not contain ${commit}. Direct fetching of that commit failed.`,
  ];
}

/**
 * As a server that knows nobody would: no credential helper, no key, no password file. Proxies and certificates of the
 * user's configuration stay. A transfer that stands still for a minute is given up.
 */
function anonymous(repository: string, args: readonly string[]): Promise<GitOutput | undefined> {
  const settings = [
    `include.path=${join(homedir(), ".gitconfig")}`,
    "credential.helper=",
    "core.askPass=",
    "protocol.allow=never",
    "protocol.http.allow=always",
    "protocol.https.allow=always",
    "protocol.git.allow=always",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=60",
    "gc.auto=0",
  ];
  return git(
    repository,
    [...settings.flatMap((setting) => ["-c", setting]), "fetch", "--quiet", "--no-tags", ...args],
    {
      HOME: repository,
      XDG_CONFIG_HOME: process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config"),
      SSH_ASKPASS: "",
      GIT_ASKPASS: "",
    },
  );
}

function linesOf(output: GitOutput | undefined): string[] {
  return output === undefined ? ["git is gone"] : output.stderr.split("\n");
}

/** Tracked files only. */
export async function editsIn(own: string): Promise<boolean> {
  const status = await git(own, ["status", "--porcelain", "--untracked-files=no", "--ignore-submodules=all"]);
  return status?.status === 0 && status.stdout.length > 0;
}

/** As far as the clone knows; true where it has no remote branch to ask. */
export async function isPushed(own: string, commit: string): Promise<boolean> {
  const [branches, containing] = await Promise.all([
    git(own, ["branch", "--remotes"]),
    git(own, ["branch", "--remotes", "--contains", commit]),
  ]);
  return firstLine(branches) === "" || containing?.status !== 0 || firstLine(containing) !== "";
}
