import { join } from "node:path";
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { stripVTControlCharacters } from "node:util";
import Docker from "dockerode";
import { pack } from "tar-fs";
import { pack as emptyPack } from "tar-stream";
import { hostFiles, hostVariables, readHostSettings } from "../../src/engine/lent/host-settings.ts";
import { BUILDPACKS } from "./rig.ts";

/** A container of a stack image that idles until it is told what to run. */
export class StackContainer implements AsyncDisposable {
  readonly #container: Docker.Container;

  private constructor(container: Docker.Container) {
    this.#container = container;
  }

  /** With the folder `buildpack` of buildpack-sim as /buildpack. `network`: only builds need one. */
  static async open(image: string, buildpack: string, network: boolean): Promise<StackContainer> {
    // The machine's own way to package indexes, as the platform hands it on: engine.md 5.
    const host = network ? await readHostSettings(process.env) : undefined;
    const container = await new Docker().createContainer({
      Image: image,
      Entrypoint: ["sleep", "infinity"],
      User: "root",
      Labels: { dynosim: "test-buildpack" },
      Env: Object.entries(host ? hostVariables(host) : {}).map(([name, value]) => `${name}=${value}`),
      HostConfig: { NetworkMode: network ? "bridge" : "none", Init: true },
    });
    const opened = new StackContainer(container);
    try {
      await container.start();
      await opened.putFolder(join(BUILDPACKS, buildpack), "buildpack");
      const files = host ? hostFiles(host).map(({ path, content }) => [`/${path}`, content] as const) : [];
      await opened.putFiles(Object.fromEntries(files));
    } catch (error) {
      await opened[Symbol.asyncDispose]();
      throw error;
    }
    return opened;
  }

  async putFolder(from: string, to: string): Promise<void> {
    const tar = pack(from, {
      map: (header) => ({ ...header, name: join(to, header.name), uid: 1000, gid: 1000 }),
    });
    await this.put(tar as unknown as NodeJS.ReadableStream, "/");
  }

  /** Files by absolute path. */
  async putFiles(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
    const tar = emptyPack();
    for (const [path, text] of Object.entries(files))
      tar.entry({ name: path.slice(1), uid: 1000, gid: 1000 }, text);
    tar.finalize();
    await this.put(tar as unknown as NodeJS.ReadableStream, "/");
  }

  async put(tar: NodeJS.ReadableStream, path: string): Promise<void> {
    await this.#container.putArchive(tar, { path });
  }

  async get(path: string): Promise<NodeJS.ReadableStream> {
    return await this.#container.getArchive({ path });
  }

  /** As the dyno's user unless told otherwise. Both streams in one, without colours. */
  async run(
    script: string,
    env: Readonly<Record<string, string>> = {},
    user = "heroku",
  ): Promise<{ readonly output: string; readonly status: number }> {
    const exec = await this.#container.exec({
      Cmd: ["bash", "-c", `exec 2>&1; ${script}`],
      User: user,
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream = await exec.start({});
    const out = new PassThrough();
    const chunks: Buffer[] = [];
    out.on("data", (chunk: Buffer) => chunks.push(chunk));
    this.#container.modem.demuxStream(stream, out, out);
    await finished(stream, { writable: false });
    const status = (await exec.inspect()).ExitCode ?? -1;
    return { output: stripVTControlCharacters(Buffer.concat(chunks).toString("utf8")), status };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#container.remove({ force: true, v: true });
  }
}
