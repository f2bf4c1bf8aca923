import { mkdtemp, copyFile, rm, stat, utimes, mkdir, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";

/** Where a folder stands in a git work tree. */
export interface GitPlace {
  readonly folder: string;
  /** Of the folder in its work tree: `""` or `sub/dir`. */
  readonly prefix: string;
  readonly index: string;
  readonly objects: string;
  /** Newest commit, undefined before the first. */
  readonly head: string | undefined;
}

export type GitAnswer =
  | { readonly kind: "no-git" }
  | { readonly kind: "no-repository" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "repository"; readonly place: GitPlace };

export interface GitOutput {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** What a user sets for every repository. All else that begins with GIT_ would point git at another one. */
const KEPT = new Set([
  "GIT_CONFIG_GLOBAL",
  "GIT_CONFIG_SYSTEM",
  "GIT_CONFIG_NOSYSTEM",
  "GIT_CEILING_DIRECTORIES",
  "GIT_DISCOVERY_ACROSS_FILESYSTEM",
  "GIT_EXEC_PATH",
]);

/** No hook, no monitor and no second index file: looking must not act. */
const QUIET = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.splitIndex=false",
  "core.safecrlf=false",
];

export function gitArguments(args: readonly string[]): string[] {
  return ["--literal-pathspecs", ...QUIET.flatMap((setting) => ["-c", setting]), ...args];
}

export function gitEnvironment(extra: Readonly<Record<string, string>>): Record<string, string | undefined> {
  const hostile = Object.keys(process.env).filter((name) => name.startsWith("GIT_") && !KEPT.has(name));
  return {
    ...Object.fromEntries(hostile.map((name) => [name, undefined])),
    LC_ALL: "C",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    ...extra,
  };
}

/** Runs git in `folder`, never through a shell. undefined when there is no git on this machine. */
export async function git(
  folder: string,
  args: readonly string[],
  extra: Readonly<Record<string, string>> = {},
  input?: Uint8Array,
): Promise<GitOutput | undefined> {
  const result = await execa("git", gitArguments(args), {
    cwd: folder,
    env: gitEnvironment(extra),
    encoding: "buffer",
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 1_000_000_000,
  });
  if (result.code === "ENOENT") return undefined;
  return {
    status: result.exitCode ?? 1,
    stdout: Buffer.from(result.stdout),
    stderr: Buffer.from(result.stderr).toString().trim(),
  };
}

export async function findGit(folder: string): Promise<GitAnswer> {
  const inside = await git(folder, ["rev-parse", "--is-inside-work-tree", "--show-prefix"]);
  if (inside === undefined) return { kind: "no-git" };
  const text = inside.stdout.toString();
  if (inside.status !== 0) {
    return /not a git repository/i.test(inside.stderr)
      ? { kind: "no-repository" }
      : { kind: "refused", reason: inside.stderr };
  }
  if (!text.startsWith("true\n")) return { kind: "no-repository" };
  const [index, objects, head] = await Promise.all([
    git(folder, ["rev-parse", "--git-path", "index"]),
    git(folder, ["rev-parse", "--git-path", "objects"]),
    git(folder, ["rev-parse", "--quiet", "--verify", "HEAD^{commit}"]),
  ]);
  return {
    kind: "repository",
    place: {
      folder,
      prefix: text.slice("true\n".length).replace(/\/?\n$/, ""),
      index: resolve(folder, firstLine(index)),
      objects: resolve(folder, firstLine(objects)),
      head: head?.status === 0 ? firstLine(head) : undefined,
    },
  };
}

export function firstLine(output: GitOutput | undefined): string {
  return output?.stdout.toString().replace(/\n$/, "") ?? "";
}

/**
 * An index of its own, with an object store of its own over the repository's: `git add` and friends work in it
 * without a trace in the user's repository.
 */
export interface ScratchIndex extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  /** True when something was written that the repository itself does not have. */
  hasOwnObjects(): Promise<boolean>;
}

/** Name of its folder; then comes the process, so that what a killed one left can be told from what is in use. */
export const SCRATCH = "dynosim-source-";

export async function openScratchIndex(place: GitPlace): Promise<ScratchIndex> {
  const home = await mkdtemp(join(tmpdir(), `${SCRATCH}${process.pid}-`));
  const index = join(home, "index");
  const objects = join(home, "objects");
  await mkdir(objects);
  await copyIndex(place.index, index);
  return {
    env: {
      GIT_INDEX_FILE: index,
      GIT_OBJECT_DIRECTORY: objects,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: /[:"\n]/.test(place.objects)
        ? JSON.stringify(place.objects)
        : place.objects,
    },
    hasOwnObjects: async () => (await readdir(objects)).some((name) => /^[0-9a-f]{2}$|^pack$/.test(name)),
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}

/** Git trusts a file's recorded time only if it is older than the index itself: the copy must not look newer. */
async function copyIndex(from: string, to: string): Promise<void> {
  const facts = await stat(from).catch(() => undefined);
  if (facts === undefined) return;
  await copyFile(from, to);
  const second = Math.floor(facts.mtimeMs / 1000);
  await utimes(to, second, second);
}
