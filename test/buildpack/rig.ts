import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdir, mkdtemp, open, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** What the app's source holds, by path: a file's content, a folder (`null`) or a symlink. */
export type Files = Readonly<Record<string, string | Uint8Array | null | { readonly link: string }>>;

export interface Script {
  readonly files?: Files;
  /** Config vars: one file each in ENV_DIR. */
  readonly configVars?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** What the Python puppet shall do; see puppet-python.sh. */
  readonly puppet?: Files;
  /** Content of CACHE_DIR before the build. */
  readonly cache?: Files;
}

export interface Outcome {
  /** Both streams in order, without colours, and with the rig's own paths named BUILD_DIR and so on. */
  readonly output: string;
  readonly raw: string;
  readonly status: number | null;
  /** The failure identifier, or "" */
  readonly failure: string;
}

const BUILDPACK = join(import.meta.dirname, "../../buildpack-sim/python");

/** A folder of its own with a copy of the buildpack, a puppet Python, a cache, and a build directory for each build. */
export class Rig implements AsyncDisposable {
  readonly root: string;
  readonly cache: string;
  readonly puppet: string;
  #builds = 0;

  private constructor(root: string) {
    this.root = root;
    this.cache = join(root, "cache");
    this.puppet = join(root, "puppet");
  }

  static async open(imageVersion = "3.13.5"): Promise<Rig> {
    const rig = new Rig(await mkdtemp(join(tmpdir(), "dynosim-buildpack-")));
    await cp(BUILDPACK, join(rig.root, "buildpack"), { recursive: true });
    await mkdir(rig.puppet);
    await mkdir(join(rig.root, "app"));
    await rig.useImage(imageVersion);
    return rig;
  }

  /** Puts another Python into the "stack image". */
  async useImage(version: string): Promise<void> {
    const image = join(this.root, "image");
    await rm(image, { recursive: true, force: true });
    const lib = `python/lib/python${version.replace(/\.\d+$/, "")}/site-packages`;
    await write(image, {
      "python-version": `${version}\n`,
      "wheels/pip-24.2-py3-none-any.whl": "",
      [lib]: null,
      "python/include": null,
    });
    await mkdir(join(image, "python/bin"));
    await cp(join(import.meta.dirname, "puppet-python.sh"), join(image, "python/bin/python"));
    await chmod(join(image, "python/bin/python"), 0o755);
  }

  /** The build directory of the last build. */
  get buildDir(): string {
    return join(this.root, `build_${String(this.#builds)}`);
  }

  async compile(script: Script = {}): Promise<Outcome> {
    this.#builds += 1;
    await mkdir(this.buildDir);
    await write(this.buildDir, script.files ?? {});
    await write(this.puppet, script.puppet ?? {});
    await write(this.cache, script.cache ?? {});
    const envDir = join(this.root, "env");
    await rm(envDir, { recursive: true, force: true });
    await mkdir(envDir);
    await write(envDir, script.configVars ?? {});
    return await this.run("compile", [this.buildDir, this.cache, envDir], script.env);
  }

  async detect(files: Files): Promise<Outcome> {
    this.#builds += 1;
    await mkdir(this.buildDir);
    await write(this.buildDir, files);
    return await this.run("detect", [this.buildDir]);
  }

  async release(): Promise<Outcome> {
    return await this.run("release", [this.buildDir]);
  }

  async run(
    name: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    const failureFile = join(this.root, "failure");
    await rm(failureFile, { force: true });
    // One file for both streams: two pipes would lose their order.
    const log = join(this.root, "output");
    const file = await open(log, "w");
    const child = spawn("bash", [join(this.root, "buildpack/bin", name), ...args], {
      cwd: this.root,
      stdio: ["ignore", file.fd, file.fd],
      env: {
        PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        HOME: join(this.root, "app"),
        STACK: "heroku-24",
        DYNOSIM_APP_DIR: join(this.root, "app"),
        DYNOSIM_PYTHON_ROOT: join(this.root, "image"),
        DYNOSIM_FAILURE_FILE: failureFile,
        PUPPET: this.puppet,
        ...env,
      },
    });
    const [status] = (await once(child, "close")) as [number | null];
    await file.close();
    const raw = await readFile(log, "utf8");
    return { raw, output: this.#plain(raw), status, failure: (await readOr(failureFile, "")).trim() };
  }

  /** Text of a file in the last build directory, with the rig's paths named. */
  async built(path: string): Promise<string> {
    return this.#plain(await readFile(join(this.buildDir, path), "utf8"));
  }

  /** How the puppet was called, oldest first; and forgets it. */
  async calls(): Promise<readonly string[]> {
    const text = this.#plain(await readOr(join(this.puppet, "calls"), ""));
    await rm(join(this.puppet, "calls"), { force: true });
    return text.split("\n").filter((line) => line !== "");
  }

  async environmentOfLastCall(): Promise<ReadonlyMap<string, string>> {
    const text = this.#plain(await readFile(join(this.puppet, "env-of-last-call"), "utf8"));
    return new Map(text.split("\n").map((line) => [line.replace(/=.*/, ""), line.replace(/^[^=]*=/, "")]));
  }

  #plain(text: string): string {
    return stripVTControlCharacters(text)
      .replaceAll(this.buildDir, "BUILD_DIR")
      .replaceAll(this.cache, "CACHE_DIR")
      .replaceAll(join(this.root, "image"), "/opt/dynosim")
      .replaceAll(join(this.root, "app"), "/app")
      .replaceAll(this.root, "RIG");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

export async function write(root: string, files: Files): Promise<void> {
  await mkdir(root, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    if (content === null) await mkdir(target, { recursive: true });
    else if (typeof content === "string" || content instanceof Uint8Array) await writeFile(target, content);
    else await symlink(content.link, target);
  }
}

async function readOr(path: string, otherwise: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return otherwise;
  }
}
