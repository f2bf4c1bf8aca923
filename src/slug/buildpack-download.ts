import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fail, ok, type Result } from "../kernel/result.ts";
import { mebibytes } from "../kernel/units.ts";
import type { SlugFailure } from "./failure.ts";
import { startFetchLimit } from "./fetch-limit.ts";
import type { BuildpackSources } from "./buildpack-sources.ts";

const MOST: number = mebibytes(100);
const HOW = "--silent --show-error --location --globoff --proto =http,https --config -"
  .split(" ")
  .concat("--write-out", "%{stderr}\n%{http_code}");
const TOO_LARGE = "ERR_CHILD_PROCESS_STDIO_MAXBUFFER";

/** The archive at an http(s) URL; what came of it the last time where it has not changed, or is out of reach now. */
export async function downloadArchive(
  url: string,
  sources: BuildpackSources,
): Promise<Result<Uint8Array, SlugFailure>> {
  const stem = join(sources.cache, createHash("sha256").update(url).digest("hex").slice(0, 16));
  await mkdir(sources.cache, { recursive: true });
  const former = await readOr(`${stem}.tgz`);
  if (sources.offline)
    return former === undefined
      ? fail({ kind: "offline-missing", what: [`the buildpack ${url}`] })
      : ok(former);
  const answer = await ask(url, { etag: `${stem}.etag`, isKnown: former !== undefined }, sources);
  if (sources.signal?.aborted) return fail({ kind: "build-aborted" });
  switch (answer.kind) {
    case "body":
      await keep(stem, answer.bytes);
      return ok(answer.bytes);
    case "too-large":
      return fail({ kind: "bad-buildpack", buildpack: url, reason: "the archive is larger than 100 MB" });
    case "unchanged":
    case "none": {
      const { reason } = answer;
      if (former === undefined) return fail({ kind: "buildpack-unreachable", buildpack: url, reason });
      if (answer.kind === "none")
        sources.onNotice(`${url} could not be fetched (${reason}): the buildpack is the one fetched before.`);
      return ok(former);
    }
  }
}

type Answer =
  | { readonly kind: "body"; readonly bytes: Buffer }
  | { readonly kind: "too-large" }
  | { readonly kind: "unchanged" | "none"; readonly reason: string };

/**
 * By this machine's own curl, as Heroku's compiler does it: it takes the proxies and certificate authorities that are set here,
 * of which Node's fetch knows nothing. The URL goes by its input, for a password in one would show among the processes.
 */
function ask(
  url: string,
  { etag, isKnown }: { readonly etag: string; readonly isKnown: boolean },
  { clock, signal }: BuildpackSources,
): Promise<Answer> {
  const limit = startFetchLimit(clock, signal);
  const asked = isKnown ? ["--etag-compare", etag] : [];
  const args = [...HOW, ...asked, "--etag-save", `${etag}.new`];
  const options = {
    encoding: "buffer",
    maxBuffer: MOST,
    signal: limit.signal,
    killSignal: "SIGKILL",
  } as const;
  return new Promise((resolve) => {
    const curl = execFile("curl", args, options, (problem, bytes, said) => {
      limit[Symbol.dispose]();
      resolve(limit.isLate ? none("no answer within 90 s") : answerOf(problem, bytes, said.toString()));
    });
    // one that has ended already has said why
    curl.stdin?.on("error", () => {});
    curl.stdin?.end(`url = "${url.replace(/["\\]/g, "\\$&")}"\n`);
  });
}

function answerOf(problem: (Error & { code?: unknown }) | null, bytes: Buffer, said: string): Answer {
  if (problem?.code === TOO_LARGE) return { kind: "too-large" };
  if (problem?.code === "ENOENT") return none("curl is not installed on this machine");
  const [, words = "", status = ""] = /^(.*)\n(\d{3})$/s.exec(said) ?? [];
  if (problem !== null) return none(words.replace(/^curl: \(\d+\) /, "").trim() || problem.message);
  if (status === "304") return { kind: "unchanged", reason: "the server answered 304" };
  return status.startsWith("2") ? { kind: "body", bytes } : none(`the server answered ${status}`);
}

function none(reason: string): Answer {
  return { kind: "none", reason };
}

/** The archive before its tag: with an old one a new tag would keep the old one for ever. */
async function keep(stem: string, bytes: Buffer): Promise<void> {
  await rm(`${stem}.etag`, { force: true });
  await writeFile(`${stem}.${process.pid}.tmp`, bytes);
  await rename(`${stem}.${process.pid}.tmp`, `${stem}.tgz`);
  // a server need not send one
  await rename(`${stem}.etag.new`, `${stem}.etag`).catch(() => {});
}

async function readOr(file: string): Promise<Buffer | undefined> {
  try {
    const content = await readFile(file);
    return content.length > 0 ? content : undefined;
  } catch {
    return undefined;
  }
}
