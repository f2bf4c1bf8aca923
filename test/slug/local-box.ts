import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { FakeEngine } from "../../src/engine/fake/fake-engine.ts";
import { NOTHING_LENT } from "../../src/engine/fake/fake-build.ts";
import {
  HEROKU_PLACES,
  type BoxPlaces,
  type BuildBox,
  type BuildSpec,
  type Lent,
} from "../../src/engine/build-box.ts";
import type { EngineFailure } from "../../src/engine/failure.ts";
import { ok, type Result } from "../../src/kernel/result.ts";

/** A build box without a container: /tmp and /app stand for folders in a folder of its own. */
export class LocalBox implements BuildBox {
  readonly spec: BuildSpec;
  lent: Lent = { ...NOTHING_LENT, withheld: [{ setting: "PIP_FIND_LINKS", why: "local-path" }] };
  readonly places: BoxPlaces = HEROKU_PLACES;
  readonly root: string = mkdtempSync(join(tmpdir(), "dynosim-test-box-"));
  readonly commands: (readonly string[])[] = [];
  disposed = false;
  outOfMemory = false;

  constructor(spec: BuildSpec) {
    this.spec = spec;
    for (const folder of ["tmp/codon/tmp/cache", "app"])
      mkdirSync(join(this.root, folder), { recursive: true });
  }

  async put(tar: Readable, path: string): Promise<Result<void, EngineFailure>> {
    const unpack = spawn("tar", ["-x", "--no-same-owner", "-C", this.#here(path)], {
      stdio: ["pipe", "ignore", "ignore"],
    });
    const ended = new Promise((resolve) => unpack.once("exit", resolve));
    await pipeline(tar, unpack.stdin);
    await ended;
    return ok();
  }

  async run(...[argv, options]: Parameters<BuildBox["run"]>): Promise<Result<number, EngineFailure>> {
    this.commands.push(argv);
    if (options.signal?.aborted) return ok(137);
    const [command = "", ...args] = argv.map((text) => this.#here(text));
    const env = Object.entries({ ...this.spec.env, ...options.env }).map(([name, value]) => [
      name,
      name === "PATH" ? value : this.#here(value),
    ]);
    const child = spawn(command, args, {
      cwd: this.#here(options.cwd ?? "/app"),
      env: { PATH: process.env["PATH"], ...Object.fromEntries(env) },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const end = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // nobody of it is left
      }
    };
    options.signal?.addEventListener("abort", end);
    for (const stream of ["stdout", "stderr"] as const)
      child[stream].on("data", (bytes: Uint8Array) => {
        child[stream].pause();
        void Promise.resolve(options.onOutput({ stream, bytes })).then(() => child[stream].resume());
      });
    const status = await new Promise<number>((resolve) => {
      child.once("error", () => resolve(127));
      if (options.alone) child.once("exit", () => end());
      child.once("close", (code) => resolve(code ?? 137));
    });
    options.signal?.removeEventListener("abort", end);
    return ok(status);
  }

  cutOff(): void {}

  async ranOutOfMemory(): Promise<boolean> {
    return this.outOfMemory;
  }

  async get(path: string): Promise<Result<Readable, EngineFailure>> {
    const packed = spawnSync("tar", ["-c", "-C", join(this.root, dirname(path)), basename(path)], {
      maxBuffer: 1e9,
    });
    return ok(Readable.from([packed.stdout]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disposed = true;
    rmSync(this.root, { recursive: true, force: true });
  }

  #here(text: string): string {
    return text.replaceAll(/(?<![\w.])\/(tmp|app)(?=[/ "]|$)/g, `${this.root}/$1`);
  }
}

/** The fake engine, but builds really run. */
export class LocalEngine extends FakeEngine {
  readonly boxes: LocalBox[] = [];
  onBox: (box: LocalBox) => void = () => {};

  override async openBuild(spec: BuildSpec): Promise<Result<BuildBox, EngineFailure>> {
    const box = new LocalBox(spec);
    this.boxes.push(box);
    this.onBox(box);
    return ok(box);
  }
}
