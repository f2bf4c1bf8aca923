import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { extract } from "tar-stream";
import type { AppSource } from "../../src/manifest/app-source.ts";

/** A throwaway folder, with or without a git repository. */
export interface AppFolder extends AsyncDisposable {
  readonly path: string;
  /** Contents by path; `-> target` makes a symlink, `#!` an executable. */
  write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
  git(...args: string[]): string;
  commitAll(): string;
}

const GIT_ENV = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" };

export async function appFolder(files: Readonly<Record<string, string | Uint8Array>>): Promise<AppFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "dynosim-test-app-")));
  const git = (...args: string[]): string =>
    execFileSync(
      "git",
      ["-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "init.defaultBranch=main", ...args],
      {
        cwd: path,
        env: { ...process.env, ...GIT_ENV },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      },
    ).trim();
  const folder: AppFolder = {
    path,
    git,
    write: async (files) => {
      for (const [name, content] of Object.entries(files)) await writeOne(join(path, name), content);
    },
    commitAll: () => {
      git("init", "-q");
      git("add", "-A");
      git("commit", "-q", "--allow-empty", "-m", "test");
      return git("rev-parse", "HEAD");
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
  await folder.write(files);
  return folder;
}

async function writeOne(place: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  const target = typeof content === "string" ? /^-> (.*)$/.exec(content)?.[1] : undefined;
  if (target !== undefined) return symlink(target, place);
  await writeFile(place, content);
  if (typeof content === "string" && content.startsWith("#!")) await chmod(place, 0o755);
}

/** What the tar of a source holds: `mode content`, `-> target`, or `dir`. */
export async function unpacked(source: Pick<AppSource, "tar">, uid = 1000): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const entries = extract();
  entries.end(await buffer(source.tar(uid)));
  for await (const entry of entries) {
    const { name, type, mode, linkname, uid: owner, gid } = entry.header;
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const content = Buffer.concat(chunks).toString();
    if (owner !== uid || gid !== uid) throw new Error(`${name} belongs to ${owner}:${gid}`);
    found[name] =
      type === "directory" ? "dir" : type === "symlink" ? `-> ${linkname}` : `${mode.toString(8)} ${content}`;
  }
  return found;
}
