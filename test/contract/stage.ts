import { randomUUID } from "node:crypto";
import type { AppLabel } from "../../src/engine/app-label.ts";
import type { Engine, LaunchSpec } from "../../src/engine/engine.ts";
import type { Attach, DynoExit, Inside, Launched, OutputChunk } from "../../src/engine/launched.ts";
import type { AppName, DynoName, ImageId, InstanceId } from "../../src/heroku/names.ts";
import { invariant } from "../../src/kernel/invariant.ts";
import type { Result } from "../../src/kernel/result.ts";
import { mebibytes, port, type Bytes, type Port } from "../../src/kernel/units.ts";

/** An engine with one app, whose release image holds the puppet. */
export interface Stage extends AsyncDisposable {
  readonly engine: Engine;
  readonly app: AppLabel;
  readonly image: ImageId;
  /** $PORT that its web dynos may have: of their own, or a free one of this machine. */
  readonly port: Port;
}

export interface Part {
  readonly dyno: string;
  readonly port: Port | undefined;
  readonly attach: Attach | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly quota: Bytes;
  readonly killAt: Bytes;
  readonly cpus: number | undefined;
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
    cpus: part.cpus,
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

/** Output that is read and kept. */
class Watched {
  readonly chunks: OutputChunk[] = [];
  readonly read: Promise<void>;
  #arrived: () => void = () => {};

  constructor(output: AsyncIterable<OutputChunk>) {
    this.read = this.#readAll(output);
  }

  /** What has been written so far, one stream or both. */
  text(stream?: OutputChunk["stream"]): string {
    const wanted = this.chunks.filter((chunk) => stream === undefined || chunk.stream === stream);
    return Buffer.concat(wanted.map((chunk) => chunk.bytes)).toString();
  }

  /** Waits until it has written this, so many times. */
  async said(words: string, times = 1): Promise<void> {
    const hasSaid = (): boolean => this.text().split(words).length > times;
    const ended = this.read.then(() => true);
    while (!hasSaid()) {
      const over = await Promise.race([
        ended,
        new Promise<false>((resolve) => (this.#arrived = () => resolve(false))),
      ]);
      invariant(!over || hasSaid(), `ended without "${words}": ${this.text()}`);
    }
  }

  async #readAll(output: AsyncIterable<OutputChunk>): Promise<void> {
    for await (const chunk of output) {
      this.chunks.push(chunk);
      this.#arrived();
    }
  }
}

export class WatchedDyno extends Watched implements AsyncDisposable {
  readonly launched: Launched;

  constructor(launched: Launched) {
    super(launched.output);
    this.launched = launched;
  }

  /** Waits for the end, and for all it wrote. */
  async end(): Promise<DynoExit> {
    const exit = await this.launched.exit;
    await this.read;
    return exit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.launched[Symbol.asyncDispose]();
  }
}

export class WatchedInside extends Watched {
  readonly process: Inside;

  constructor(inside: Inside) {
    super(inside.output);
    this.process = inside;
  }

  /** Waits for the end, and for all it wrote; gives the status. */
  async end(): Promise<number> {
    await this.read;
    return this.process.exit;
  }
}

/** Starts another process in a dyno that runs. */
export async function execIn(
  dyno: WatchedDyno,
  command: string,
  attach: Attach = { kind: "pipe" },
): Promise<WatchedInside> {
  return new WatchedInside(valueOf(await dyno.launched.exec({ command, attach })));
}

/** Asks again and again until the answer is yes. What is asked costs some milliseconds itself. */
export async function until(yes: () => Promise<boolean>): Promise<void> {
  while (!(await yes())) await new Promise((resolve) => setImmediate(resolve));
}
