import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type Docker from "dockerode";
import { LineSplitter } from "../../../kernel/lines.ts";
import { ignoring } from "../engine-trouble.ts";
import { tarOf, type TarFile } from "../../tar-of.ts";
import { STACK_MARK, WORK_MARK } from "./references.ts";

export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
}

export interface WorkshopSpec {
  readonly image: string;
  readonly minor: string;
  readonly hostNetwork: boolean;
  /** Aborting removes the container, which ends whatever runs in it. */
  readonly signal: AbortSignal | undefined;
}

const LONGEST_LINE = 2000;

/** A container in which an image is made. Disposing removes it, whatever runs in it. */
export class Workshop implements AsyncDisposable {
  readonly #docker: Docker;
  readonly #container: Docker.Container;

  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = (): void => {
    // Disposal comes too, and tells if even that fails.
    this.#remove().catch(() => undefined);
  };

  private constructor(docker: Docker, container: Docker.Container, signal: AbortSignal | undefined) {
    this.#docker = docker;
    this.#container = container;
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort);
  }

  static async open(docker: Docker, spec: WorkshopSpec): Promise<Workshop> {
    const container = await docker.createContainer({
      Image: spec.image,
      Entrypoint: [],
      // Commands come by exec: so their variables (proxies, say) never get into the image's.
      Cmd: ["sleep", "infinity"],
      User: "0",
      WorkingDir: "/",
      Labels: { dynosim: STACK_MARK, "dynosim.kind": WORK_MARK, "dynosim.minor": spec.minor },
      HostConfig: spec.hostNetwork ? { NetworkMode: "host" } : {},
    });
    const workshop = new Workshop(docker, container, spec.signal);
    try {
      spec.signal?.throwIfAborted();
      await container.start();
    } catch (error) {
      await workshop[Symbol.asyncDispose]();
      throw error;
    }
    return workshop;
  }

  async put(files: readonly TarFile[], folder: string): Promise<void> {
    await this.#container.putArchive(await tarOf(files), { path: folder });
  }

  /** Unpacks a tar stream at `folder`. */
  async unpack(tar: NodeJS.ReadableStream, folder: string): Promise<void> {
    await this.#container.putArchive(tar, { path: folder });
  }

  /** The command's exit status. */
  async run(command: Command): Promise<number> {
    const exec = await this.#container.exec({
      Cmd: [...command.argv],
      Env: Object.entries(command.env).map(([name, value]) => `${name}=${value}`),
      User: "0",
      AttachStdout: true,
      AttachStderr: true,
    });
    const output = await exec.start({});
    const lines = new LineSplitter(LONGEST_LINE, command.onLine);
    const sink = new Writable({
      write(chunk: Uint8Array, _encoding, done) {
        lines.push(chunk);
        done();
      },
    });
    this.#docker.modem.demuxStream(output, sink, sink);
    await finished(output, { writable: false });
    lines.flush();
    return (await exec.inspect()).ExitCode ?? 1;
  }

  /** A tar stream of `path`, whose entries begin with its last name. */
  async read(path: string): Promise<NodeJS.ReadableStream> {
    return await this.#container.getArchive({ path });
  }

  /** Everything in it as one tar stream. */
  async export(): Promise<NodeJS.ReadableStream> {
    return await this.#container.export();
  }

  /** What was changed in it, as a layer on its image. Gives the new image's id. */
  async commit(changes: readonly string[]): Promise<string> {
    const made: { readonly Id: string } = await this.#container.commit({ changes: changes.join("\n") });
    return made.Id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    await this.#remove();
  }

  /** 409: being removed already. */
  async #remove(): Promise<void> {
    await ignoring([404, 409], () => this.#container.remove({ force: true, v: true }));
  }
}
