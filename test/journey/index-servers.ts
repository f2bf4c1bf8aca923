import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttp, type Server as HttpServer } from "node:http";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { buffer } from "node:stream/consumers";

/** A wheel is a zip of these; Python makes it, as this machine has that anyway. */
const MAKE_WHEEL = `
import sys, zipfile
name, path = "secret_words", sys.argv[1]
info = name + "-1.0.dist-info"
files = {
  name + ".py": "WORDS = 'from the private index'\\n",
  info + "/METADATA": "Metadata-Version: 2.1\\nName: secret-words\\nVersion: 1.0\\n",
  info + "/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
}
files[info + "/RECORD"] = "".join(f"{one},,\\n" for one in [*files, info + "/RECORD"])
with zipfile.ZipFile(path + "/secret_words-1.0-py3-none-any.whl", "w") as wheel:
  for one, text in files.items():
    wheel.writestr(one, text)
`;

/** pypiserver, which gives `secret-words` to `me` with the password. */
export class PrivateIndex implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #server: ChildProcess;

  private constructor(folder: string, server: ChildProcess, port: number) {
    this.#folder = folder;
    this.#server = server;
    this.port = port;
  }

  static async start(password: string): Promise<PrivateIndex> {
    const folder = mkdtempSync(join(tmpdir(), "dynosim-journey-index-"));
    const python = join(folder, "venv/bin/python");
    execFileSync("python3", ["-m", "venv", join(folder, "venv")]);
    execFileSync(python, ["-m", "pip", "install", "-q", "pypiserver[passlib]", "setuptools"]);
    mkdirSync(join(folder, "packages"));
    execFileSync(python, ["-c", MAKE_WHEEL, join(folder, "packages")]);
    const sum = createHash("sha1").update(password).digest("base64");
    writeFileSync(join(folder, "htpasswd"), `me:{SHA}${sum}\n`);
    const port = await freePort();
    const options = ["-i", "0.0.0.0", "-p", String(port), "-P", join(folder, "htpasswd")];
    const all = [...options, "-a", "list,download,update", "--disable-fallback", join(folder, "packages")];
    const server = spawn(python, ["-m", "pypiserver", "run", ...all], { stdio: "ignore" });
    await answering(port);
    return new PrivateIndex(folder, server, port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = new Promise((resolve) => this.#server.once("exit", resolve));
    this.#server.kill();
    await gone;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function listening(server: Server | HttpServer): Promise<number> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

/** Resolves when something listens there; each refusal is answered by another try. */
function answering(port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", () => setImmediate(() => void answering(port).then(resolve)));
  });
}

/** A proxy for TLS: it notes who is asked for. */
export function connectProxy(asked: string[]): HttpServer {
  const proxy = createHttp((_, response) => response.writeHead(403).end());
  proxy.on("connect", (request, socket, head) => {
    asked.push(request.url ?? "");
    const [host = "", port] = (request.url ?? "").split(":");
    const onward = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) end.on("error", () => [onward, socket].map((one) => one.destroy()));
  });
  return proxy;
}

/** A registry of npm with one package, `@us/words`, for who has the token. */
export async function npmRegistry(token: string): Promise<HttpServer> {
  const archive = pack();
  archive.entry({ name: "package/package.json" }, JSON.stringify({ name: "@us/words", version: "1.0.0" }));
  archive.entry({ name: "package/index.js" }, "module.exports = 'from the private registry';\n");
  archive.finalize();
  const tarball = gzipSync(await buffer(archive));
  const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  return createHttp((request, response) => {
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end("{}");
    if (request.url?.endsWith(".tgz")) return void response.end(tarball);
    const dist = { integrity, tarball: `http://${request.headers.host}/@us/words/-/words-1.0.0.tgz` };
    const version = { name: "@us/words", version: "1.0.0", dist };
    response.setHeader("Content-Type", "application/json");
    response.end(
      JSON.stringify({ name: "@us/words", "dist-tags": { latest: "1.0.0" }, versions: { "1.0.0": version } }),
    );
  });
}
