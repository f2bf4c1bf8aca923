import { randomUUID } from "node:crypto";
import type {
  Attach,
  AppLabel,
  DynoExit,
  Engine,
  Launched,
  LaunchSpec,
  OutputChunk,
} from "../../src/engine/engine.ts";
import type { AppName, DynoName, ImageId, InstanceId } from "../../src/heroku/names.ts";
import { invariant } from "../../src/kernel/invariant.ts";
import type { Result } from "../../src/kernel/result.ts";
import { mebibytes, port, type Bytes, type Port } from "../../src/kernel/units.ts";

/** An engine with one app, whose release image holds the puppet. */
export interface Stage extends AsyncDisposable {
  readonly engine: Engine;
  readonly app: AppLabel;
  readonly image: ImageId;
}

export interface Part {
  readonly dyno: string;
  readonly port: Port | undefined;
  readonly attach: Attach | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly quota: Bytes;
  readonly killAt: Bytes;
}

export function newApp(): AppLabel {
  return { instance: randomUUID() as InstanceId, app: "contract" as AppName };
}

export const WEB_PORT: Port = port(5123);

/** An eco dyno. heroku.md 1.1 */
export function specOf(
  stage: Pick<Stage, "app" | "image">,
  command: string,
  part: Partial<Part> = {},
): LaunchSpec {
  return {
    label: stage.app,
    dyno: (part.dyno ?? "worker.1") as DynoName,
    image: stage.image,
    env: { DYNO: part.dyno ?? "worker.1", ...part.env },
    command,
    quota: part.quota ?? mebibytes(512),
    killAt: part.killAt ?? mebibytes(1024),
    processes: 256,
    openFiles: 10_000,
    cores: 8,
    port: part.port,
    attach: part.attach,
  };
}

/** Starts the puppet with these words. */
export async function puppet(stage: Stage, words: string, part: Partial<Part> = {}): Promise<WatchedDyno> {
  return launch(stage, `./puppet ${words}`, part);
}

export async function launch(stage: Stage, command: string, part: Partial<Part> = {}): Promise<WatchedDyno> {
  return new WatchedDyno(valueOf(await stage.engine.launch(specOf(stage, command, part))));
}

export function valueOf<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(`not expected to fail: ${JSON.stringify(result.failure)}`);
  return result.value;
}

/** A dyno whose output is read and kept. */
export class WatchedDyno implements AsyncDisposable {
  readonly launched: Launched;
  readonly chunks: OutputChunk[] = [];
  readonly #read: Promise<void>;
  #arrived: () => void = () => {};

  constructor(launched: Launched) {
    this.launched = launched;
    this.#read = this.#readAll();
  }

  /** What it has written so far, one stream or both. */
  text(stream?: OutputChunk["stream"]): string {
    const wanted = this.chunks.filter((chunk) => stream === undefined || chunk.stream === stream);
    return Buffer.concat(wanted.map((chunk) => chunk.bytes)).toString();
  }

  /** Waits until it has written this. */
  async said(words: string): Promise<void> {
    const ended = this.#read.then(() => true);
    while (!this.text().includes(words)) {
      const over = await Promise.race([
        ended,
        new Promise<false>((resolve) => (this.#arrived = () => resolve(false))),
      ]);
      invariant(!over || this.text().includes(words), `ended without "${words}": ${this.text()}`);
    }
  }

  /** Waits for the end, and for all it wrote. */
  async end(): Promise<DynoExit> {
    const exit = await this.launched.exit;
    await this.#read;
    return exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.launched[Symbol.asyncDispose]();
  }

  async #readAll(): Promise<void> {
    for await (const chunk of this.launched.output) {
      this.chunks.push(chunk);
      this.#arrived();
    }
  }
}

/** Asks again and again until the answer is yes. What is asked costs some milliseconds itself. */
export async function until(yes: () => Promise<boolean>): Promise<void> {
  while (!(await yes())) await new Promise((resolve) => setImmediate(resolve));
}
