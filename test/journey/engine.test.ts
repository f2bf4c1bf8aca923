import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Project } from "./rig.ts";

const ENGINE_SOCKET = "/var/run/docker.sock";

/** A way to the real engine that can be cut, as when the engine stops. */
class Relay implements Disposable {
  readonly #folder: string = mkdtempSync(join(tmpdir(), "dynosim-journey-relay-"));
  readonly #sockets = new Set<Socket>();
  readonly path: string = join(this.#folder, "engine.sock");
  readonly #server: Server = createServer((client) => {
    const engine = connect(ENGINE_SOCKET);
    for (const socket of [client, engine]) {
      this.#sockets.add(socket);
      socket.on("error", () => {}).on("close", () => this.#sockets.delete(socket));
    }
    client.pipe(engine).pipe(client);
  });

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.path, resolve));
    return this;
  }

  cut(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  [Symbol.dispose](): void {
    this.cut();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const APP = {
  Procfile: "web: python -m http.server $PORT\n",
  ".python-version": "3.13\n",
  "requirements.txt": "",
};

describe("the engine", () => {
  it("is not there: exit 3 and what was tried; config vars need none", async () => {
    await using project = Project.of(APP).environment({ DOCKER_HOST: "unix:///nowhere/engine.sock" });
    const up = await project.dynosim("up", "--port", "0");
    expect(up.exitCode).toBe(3);
    expect(up.stderr).toContain("/nowhere/engine.sock");
    expect((await project.dynosim("config:set", "A=1")).exitCode).toBe(0);
    expect((await project.dynosim("config:get", "A")).stdout.trim()).toBe("1");
    expect((await project.dynosim("doctor")).exitCode).toBe(3);
  });

  it("goes in the middle of a build: told, exit 3, and the former release stays", async () => {
    using relay = await new Relay().open();
    await using project = Project.of(APP);
    expect((await project.dynosim("config:set", "A=1")).exitCode).toBe(0);
    project.environment({ DOCKER_HOST: `unix://${relay.path}` });
    const build = project.spawn(["up", "--port", "0"]);
    let stderr = "";
    const ended = new Promise<number | null>((resolve) => build.once("close", resolve));
    build.stderr?.on("data", (text) => {
      stderr += String(text);
      if (stderr.includes("-----> Installing pip")) relay.cut();
    });
    expect(await ended).toBe(3);
    expect(stderr).toMatch(/engine/i);
    project.environment({ DOCKER_HOST: "" });
    expect((await project.dynosim("releases")).stdout).toMatch(/Current: v3/);
  });

  it("goes under running dynos: R99, requests are refused, and the next start sweeps what is left", async () => {
    using relay = await new Relay().open();
    await using project = Project.of(APP).environment({ DOCKER_HOST: `unix://${relay.path}` });
    const app = await project.up();
    expect((await app.fetch("/Procfile")).status).toBe(200);
    relay.cut();
    await app.logged("Error R99 (Platform error)");
    await app.logged("State changed from up to crashed");
    app.process.kill("SIGINT");
    app.process.kill("SIGINT");
    expect((await app.ended).exitCode).toBe(130);
    project.environment({ DOCKER_HOST: "" });
    await using again = await project.up();
    expect(again.stderr).toContain("Removed what a killed dynosim had left behind: 1 container");
    expect((await again.fetch("/Procfile")).status).toBe(200);
  });
});
