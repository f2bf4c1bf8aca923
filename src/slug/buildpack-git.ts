import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, type Result } from "../kernel/result.ts";
import { firstLine, git, gitArguments, gitEnvironment } from "../manifest/read-git.ts";
import { readRef } from "../manifest/read-tracked.ts";
import type { SourceTree } from "../manifest/source-tree.ts";
import type { SlugFailure } from "./failure.ts";
import { startFetchLimit } from "./fetch-limit.ts";
import type { BuildpackSources } from "./buildpack-sources.ts";

const COMMIT = /^[0-9a-f]{40}$/;
const ABBREVIATED = /^[0-9a-f]{7,39}$/;
/** What git takes for a ref by itself and nothing more: no pattern, no pair, no option. */
const REF = /^[\w][\w./+@-]*$/;

/**
 * The tree of a repository at a ref, by this machine's own git and so with its credentials, none of which goes on. What
 * was fetched is kept; a whole commit id is asked for only once.
 */
export async function readGitBuildpack(
  buildpack: string,
  url: string,
  ref: string | undefined,
  sources: BuildpackSources,
): Promise<Result<SourceTree, SlugFailure>> {
  const folder = join(sources.cache, `${createHash("sha256").update(url).digest("hex").slice(0, 16)}.git`);
  await mkdir(folder, { recursive: true });
  const made = await git(folder, ["init", "-q", "--bare"]);
  if (made === undefined)
    return fail({ kind: "buildpack-unreachable", buildpack, reason: "git is not installed on this machine" });
  if (ref !== undefined && !REF.test(ref)) return fail({ kind: "buildpack-ref", buildpack, url, ref });
  const commit = await findCommit(folder, buildpack, url, ref, sources);
  if (!commit.ok) return commit;
  const place = { folder, prefix: "", index: "", objects: "", head: commit.value };
  const tree = await readRef(place, commit.value);
  if (!tree.ok)
    return fail({ kind: "bad-buildpack", buildpack, reason: "what was fetched of it is damaged" });
  for (const { path } of tree.value.links)
    sources.onNotice(`${buildpack}: ${path} is a git submodule, and is left out.`);
  return tree;
}

async function findCommit(
  folder: string,
  buildpack: string,
  url: string,
  ref: string | undefined,
  sources: BuildpackSources,
): Promise<Result<string, SlugFailure>> {
  if (ref !== undefined && COMMIT.test(ref) && (await commitOf(folder, ref)) !== undefined) return ok(ref);
  const kept = `refs/dynosim/${createHash("sha256")
    .update(ref ?? "HEAD")
    .digest("hex")
    .slice(0, 16)}`;
  if (sources.offline) {
    const former = await commitOf(folder, kept);
    return former === undefined
      ? fail({ kind: "offline-missing", what: [`the buildpack ${buildpack}`] })
      : ok(former);
  }
  const fetched = await fetchRef(folder, url, ref ?? "HEAD", sources);
  if (fetched === undefined) {
    const commit = await commitOf(folder, "FETCH_HEAD");
    if (commit !== undefined) await git(folder, ["update-ref", kept, commit]);
    return commit === undefined
      ? fail({ kind: "buildpack-ref", buildpack, url, ref: ref ?? "HEAD" })
      : ok(commit);
  }
  if (sources.signal?.aborted) return fail({ kind: "build-aborted" });
  if (isUnknownRef(fetched)) return findAmongAll(folder, buildpack, url, ref ?? "HEAD", sources);
  const former = await commitOf(folder, kept);
  if (former === undefined)
    return fail({ kind: "buildpack-unreachable", buildpack, reason: lastWords(fetched) });
  sources.onNotice(
    `${url} could not be reached (${lastWords(fetched)}): the buildpack is the one fetched before, commit ${former.slice(0, 8)}.`,
  );
  return ok(former);
}

/** The beginning of a commit's id is known to nobody but who has all commits. */
async function findAmongAll(
  folder: string,
  buildpack: string,
  url: string,
  ref: string,
  sources: BuildpackSources,
): Promise<Result<string, SlugFailure>> {
  const unknown: SlugFailure = { kind: "buildpack-ref", buildpack, url, ref };
  if (!ABBREVIATED.test(ref) && !COMMIT.test(ref)) return fail(unknown);
  const fetched = await fetchRef(folder, url, "+refs/*:refs/origin/*", sources, ["--no-tags"]);
  const commit = fetched === undefined ? await commitOf(folder, ref) : undefined;
  return commit === undefined ? fail(unknown) : ok(commit);
}

/** Undefined when it is here, else what git said. */
async function fetchRef(
  folder: string,
  url: string,
  ref: string,
  { clock, signal, app }: BuildpackSources,
  depth: readonly string[] = ["--depth=1", "--no-tags"],
): Promise<string | undefined> {
  using limit = startFetchLimit(clock, signal);
  const { GIT_SSH_COMMAND } = process.env;
  const ssh = GIT_SSH_COMMAND === undefined ? {} : { GIT_SSH_COMMAND };
  // a path is relative to the app's folder
  const args = gitArguments([`--git-dir=${folder}`, "fetch", "-q", ...depth, "--", url, ref]);
  return new Promise((resolve) => {
    execFile(
      "git",
      args,
      {
        cwd: app,
        env: { ...process.env, ...gitEnvironment(ssh) },
        signal: limit.signal,
        killSignal: "SIGKILL",
      },
      (problem, _, said) => {
        if (problem === null) resolve(undefined);
        else resolve(limit.isLate ? "no answer within 90 s" : said.trim() || problem.message);
      },
    );
  });
}

async function commitOf(folder: string, ref: string): Promise<string | undefined> {
  const found = await git(folder, [
    "rev-parse",
    "--quiet",
    "--verify",
    "--end-of-options",
    `${ref}^{commit}`,
  ]);
  return found?.status === 0 ? firstLine(found) : undefined;
}

function isUnknownRef(said: string): boolean {
  return /couldn't find remote ref|not our ref|Server does not allow request/i.test(said);
}

function lastWords(said: string): string {
  const lines = said.split("\n").map((line) => line.trim());
  return (lines.find((line) => /^(?:fatal|error):/.test(line)) ?? lines.at(-1) ?? said).replace(/^\w+: /, "");
}
