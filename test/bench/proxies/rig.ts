import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, type ResultPromise } from "execa";
import { processorTime, residentMemory } from "../process-facts.ts";

export const PROXIES = ["dynosim", "nginx", "http-proxy", "bare-pipe"] as const;
export type ProxyName = (typeof PROXIES)[number];

/** Which backend: nginx answers GETs at next to no cost, the other one takes uploads and echoes. */
export type BackendName = "answers" | "echoes";

/** A proxy or a backend, running in a process of its own. */
export interface Running {
  readonly port: number;
  /** Microseconds of processor time since it began. */
  processorTime(): number;
  /** Bytes. */
  memory(): number;
}

/** Every proxy of the comparison before each of the two backends, each with its access log, all idle until asked. */
export class Proxies implements AsyncDisposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), "dynosim-bench-proxies-"));
  readonly #processes: ResultPromise[] = [];
  readonly #running = new Map<string, Running>();

  static async open(): Promise<Proxies> {
    await installed();
    const proxies = new Proxies();
    const files = join(proxies.folder, "files");
    mkdirSync(files);
    writeFileSync(join(files, "megabyte"), Buffer.alloc(1_048_576, "."));
    const backends = {
      answers: await proxies.#nginx("nginx-backend.conf", "backend", 0),
      echoes: await proxies.#node("node-backend.ts", []),
    };
    for (const [kind, backend] of Object.entries(backends)) {
      proxies.#running.set(`direct ${kind}`, backend);
      for (const name of PROXIES) {
        const log = join(proxies.folder, `${name}-${kind}.log`);
        const proxy =
          name === "nginx"
            ? await proxies.#nginx("nginx-proxy.conf", kind, backend.port)
            : await proxies.#node(`${name}.ts`, [String(backend.port), log]);
        proxies.#running.set(`${name} ${kind}`, proxy);
      }
    }
    return proxies;
  }

  /** `direct`: the backend itself. */
  of(name: ProxyName | "direct", backend: BackendName): Running {
    const running = this.#running.get(`${name} ${backend}`);
    if (running === undefined) throw new Error(`no ${name} before ${backend}`);
    return running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of this.#processes) process.kill("SIGKILL");
    await Promise.allSettled(this.#processes);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #node(file: string, further: readonly string[]): Promise<Running> {
    const port = await freePort();
    const argv = [join(import.meta.dirname, file), String(port), ...further];
    return this.#start(
      execa(process.execPath, argv, { stdout: "ignore", stderr: "inherit", env: { NODE_NO_WARNINGS: "1" } }),
      port,
    );
  }

  async #nginx(template: string, kind: string, backend: number): Promise<Running> {
    const port = await freePort();
    const folder = join(this.folder, `${template}-${kind}`);
    mkdirSync(folder);
    const config = readFileSync(join(import.meta.dirname, template), "utf8")
      .replaceAll("FOLDER/files", join(this.folder, "files"))
      .replaceAll("FOLDER", folder)
      .replaceAll("BACKEND", String(backend))
      .replaceAll("PORT", String(port));
    const file = join(folder, "nginx.conf");
    writeFileSync(file, config);
    // a worker of root becomes nobody, who could not write its log here
    const user = process.getuid?.() === 0 ? ["-g", "user root;"] : [];
    return this.#start(execa("nginx", ["-c", file, "-p", folder, ...user], { stdio: "ignore" }), port);
  }

  async #start(process: ResultPromise, port: number): Promise<Running> {
    this.#processes.push(process);
    process.catch(() => {}); // killed at the end
    const pid = process.pid ?? 0;
    await listens(port);
    return { port, processorTime: () => processorTime(pid), memory: () => residentMemory(pid) };
  }
}

async function installed(): Promise<void> {
  for (const [program, flag] of [
    ["nginx", "-v"],
    ["wrk", "-v"],
  ] as const) {
    const { failed, code } = await execa(program, [flag], { reject: false });
    if (failed && code === "ENOENT")
      throw new Error(`${program} is missing: apt-get install nginx-light wrk (or bench other cases)`);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function listens(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const answered = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on port ${port} after 10 s`);
}
