import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { fail, ok, type Result } from "../../kernel/result.ts";
import { HEROKU_PLACES, type BoxPlaces, type BuildBox, type BuildSpec, type Lent } from "../build-box.ts";
import type { EngineFailure } from "../failure.ts";

export type FakeRun = Parameters<BuildBox["run"]>;

/** Two zero blocks: a tar archive without entries. */
const EMPTY_TAR: Buffer = Buffer.alloc(1024);

export const NOTHING_LENT: Lent = {
  loopback: [],
  onHostNetwork: false,
  withheld: [],
  privateSources: [],
};

/** A build box without a container: it remembers what was put and run, and answers what it is told. */
export class FakeBuild implements BuildBox {
  readonly spec: BuildSpec;
  lent: Lent = NOTHING_LENT;
  readonly places: BoxPlaces = HEROKU_PLACES;
  /** What was put, by path, newest last. */
  readonly puts: { readonly path: string; readonly tar: Buffer }[] = [];
  readonly runs: FakeRun[] = [];
  /** What `get` answers, by path; an empty archive for others. */
  readonly archives: Map<string, Buffer> = new Map<string, Buffer>();
  /** Plays the command; gives its exit status. */
  onRun: (...run: FakeRun) => number | Promise<number> = () => 0;
  /** When set, every call ends in it. */
  failure: EngineFailure | undefined;
  outOfMemory = false;
  disposed = false;

  constructor(spec: BuildSpec) {
    this.spec = spec;
  }

  async put(tar: Readable, path: string): Promise<Result<void, EngineFailure>> {
    const content = await buffer(tar);
    if (this.failure) return fail(this.failure);
    this.puts.push({ path, tar: content });
    return ok();
  }

  async run(...run: FakeRun): Promise<Result<number, EngineFailure>> {
    if (this.failure) return fail(this.failure);
    this.runs.push(run);
    return ok(await this.onRun(...run));
  }

  cutOff(): void {}

  async ranOutOfMemory(): Promise<boolean> {
    return this.outOfMemory;
  }

  async get(path: string): Promise<Result<Readable, EngineFailure>> {
    if (this.failure) return fail(this.failure);
    return ok(Readable.from([this.archives.get(path) ?? EMPTY_TAR]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disposed = true;
  }
}
