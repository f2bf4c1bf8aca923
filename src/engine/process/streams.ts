import { closeSync } from "node:fs";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { invariant } from "../../kernel/invariant.ts";
import type { Attach, OutputChunk } from "../launched.ts";
import { outputOf } from "./output.ts";
import { openNamelessPipe, openPipes, streamOf, type Pipe } from "./pipes.ts";

/**
 * The standard streams of a process. Standard error goes the way of standard output, which alone keeps their order
 * (engine.md 10); a client with a pipe has them apart. Nobody can write to one that is not attached.
 */
export class Streams {
  /** For whoever spawns it. */
  readonly theirs: readonly [number | "ignore", number, number];
  readonly output: Readable;
  readonly input: Socket | undefined;
  readonly #sockets: readonly Socket[];
  readonly #pipes: readonly Pipe[];

  static async open(folder: string, attach: Attach | undefined): Promise<Streams> {
    switch (attach?.kind) {
      case undefined:
        return new Streams(await openPipes(folder, ["from-dyno"]));
      case "terminal":
        return new Streams(await openPipes(folder, ["from-dyno", "to-dyno"]));
      case "pipe":
        return Streams.#apart(folder);
    }
  }

  static async #apart(folder: string): Promise<Streams> {
    const [[out, error], into] = await Promise.all([
      openPipes(folder, ["from-dyno", "from-dyno"]),
      openNamelessPipe(folder),
    ]);
    return new Streams([out!, into, error!]);
  }

  private constructor(pipes: readonly Pipe[]) {
    const [out, into, error] = pipes;
    invariant(out !== undefined, "a process without standard output");
    this.#pipes = pipes;
    this.theirs = [into?.theirs ?? "ignore", out.theirs, (error ?? out).theirs];
    const output = streamOf(out, "from-dyno");
    const errors = error && streamOf(error, "from-dyno");
    this.input = into && streamOf(into, "to-dyno");
    this.#sockets = [output, errors, this.input].filter((socket) => socket !== undefined);
    this.output = outputOf(output, errors);
  }

  /** The process has its ends: as long as we hold them as well, nobody sees a stream's end. */
  handedOver(): void {
    for (const { theirs } of this.#pipes) closeSync(theirs);
  }

  /** All that is written, as text, of a process that has ended. */
  async lastWords(): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const { bytes } of this.output as AsyncIterable<OutputChunk>) chunks.push(bytes);
    return Buffer.concat(chunks).toString().trim();
  }

  write(chunk: Uint8Array): void {
    if (this.input?.writable === true) this.input.write(chunk);
  }

  endInput(): void {
    this.input?.end();
  }

  /** Ends the output for whoever still waits for it. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
