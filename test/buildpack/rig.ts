import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, open, readFile, rm, symlink, writeFile } from "node:fs/promises";
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
  /** Of the buildpack's folder `bin`; `compile` if absent. */
  readonly program?: string;
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

/** The buildpacks' folder of this project. */
export const BUILDPACKS: string = join(import.meta.dirname, "../../buildpack-sim");

/** A folder of its own with a copy of a buildpack, a cache, and a build directory for each build. */
export class Rig implements AsyncDisposable {
  readonly root: string;
  readonly cache: string;
  /** HOME of the build, and where the app will run. */
  readonly app: string;
  #builds = 0;

  constructor(root: string) {
    this.root = root;
    this.cache = join(root, "cache");
    this.app = join(root, "app");
  }

  /** A folder with a copy of the buildpack in it. */
  static async furnish(buildpack: string, parent: string = tmpdir()): Promise<string> {
    const root = await mkdtemp(join(parent, "dynosim-buildpack-"));
    await cp(join(BUILDPACKS, buildpack), join(root, "buildpack"), { recursive: true });
    await mkdir(join(root, "app"));
    return root;
  }

  /** Variables that stand for what a stack image would have. */
  protected get stand(): Readonly<Record<string, string>> {
    return {};
  }

  /** Further paths of the rig, and what they are called in output. */
  protected get places(): readonly (readonly [path: string, name: string])[] {
    return [];
  }

  /** The build directory of the last build. */
  get buildDir(): string {
    return join(this.root, `build_${String(this.#builds)}`);
  }

  async compile(script: Script = {}): Promise<Outcome> {
    this.#builds += 1;
    await mkdir(this.buildDir);
    await write(this.buildDir, script.files ?? {});
    await write(this.cache, script.cache ?? {});
    const envDir = join(this.root, "env");
    await rm(envDir, { recursive: true, force: true });
    await mkdir(envDir);
    await write(envDir, script.configVars ?? {});
    return await this.run(script.program ?? "compile", [this.buildDir, this.cache, envDir], script.env);
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
        HOME: this.app,
        STACK: "heroku-24",
        DYNOSIM_APP_DIR: this.app,
        DYNOSIM_FAILURE_FILE: failureFile,
        ...this.stand,
        ...env,
      },
    });
    const [status] = (await once(child, "close")) as [number | null];
    await file.close();
    const raw = await readFile(log, "utf8");
    return { raw, output: this.plain(raw), status, failure: (await readOr(failureFile, "")).trim() };
  }

  /** Text of a file in the last build directory, with the rig's paths named. */
  async built(path: string): Promise<string> {
    return this.plain(await readFile(join(this.buildDir, path), "utf8"));
  }

  /** Text of a file of the rig, with the rig's paths named. */
  async text(path: string): Promise<string> {
    return this.plain(await readFile(join(this.root, path), "utf8"));
  }

  protected plain(text: string): string {
    const places = [
      [this.buildDir, "BUILD_DIR"],
      [this.cache, "CACHE_DIR"],
      ...this.places,
      [this.app, "/app"],
      [this.root, "RIG"],
    ] as const;
    return places.reduce((text, [path, name]) => text.replaceAll(path, name), stripVTControlCharacters(text));
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

export async function readOr(path: string, otherwise: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return otherwise;
  }
}
