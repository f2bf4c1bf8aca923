import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { Project } from "./rig.ts";

const ENGINE_SOCKET = "/var/run/docker.sock";

/** A way to the real engine that can be cut, as when the engine stops, and opened again. */
class Relay implements Disposable {
  readonly #folder: string = mkdtempSync(join(tmpdir(), "dynosim-journey-relay-"));
  readonly #sockets = new Set<Socket>();
  readonly path: string = join(this.#folder, "engine.sock");
  #server: Server | undefined;

  async open(): Promise<this> {
    const server = createServer((client) => {
      const engine = connect(ENGINE_SOCKET);
      for (const socket of [client, engine]) {
        this.#sockets.add(socket);
        socket.on("error", () => {}).on("close", () => this.#sockets.delete(socket));
      }
      client.pipe(engine).pipe(client);
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.path, resolve));
    return this;
  }

  cut(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  [Symbol.dispose](): void {
    this.cut();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface Saved {
  readonly instance: string;
  readonly releases: readonly { readonly slug?: { readonly image: string } }[];
}

function stateOf(project: Project): Saved {
  return JSON.parse(readFileSync(join(project.folder, ".dynosim/state.json"), "utf8")) as Saved;
}

/** The containers of an app's dynos, asked for past the relay. */
async function dynosOf(project: Project): Promise<readonly string[]> {
  const filters = [
    "--filter",
    `label=dynosim=${stateOf(project).instance}`,
    "--filter",
    "label=dynosim.kind=dyno",
  ];
  const { stdout } = await execa("docker", ["ps", "-q", ...filters]);
  return stdout.split("\n").filter((id) => id !== "");
}

const APP = {
  Procfile: "web: python -m http.server $PORT\n",
  ".python-version": "3.13\n",
  "requirements.txt": "",
};

describe("the engine", () => {
  it("is not there: exit 3 and what was tried; config vars need none", async () => {
    await using project = Project.of(APP).environment({ DOCKER_HOST: "unix:///nowhere/engine.sock" });
    const up = await project.dynosim("up", "--port", "0", "--engine", "docker");
    expect(up.exitCode).toBe(3);
    expect(up.stderr).toContain("/nowhere/engine.sock");
    expect(up.stderr).toContain("Without containers, with fewer of a dyno's limits: --engine process");
    expect((await project.dynosim("config:set", "A=1")).exitCode).toBe(0);
    expect((await project.dynosim("config:get", "A")).stdout.trim()).toBe("1");
    expect((await project.dynosim("doctor", "--engine", "docker")).exitCode).toBe(3);
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

  it("goes under running dynos, which are lost: R99, H99; they start when it is back, and the next `up` sweeps", async () => {
    using relay = await new Relay().open();
    await using project = Project.of(APP).environment({ DOCKER_HOST: `unix://${relay.path}` });
    const app = await project.up();
    expect((await app.fetch("/Procfile")).status).toBe(200);
    const [first] = await dynosOf(project);

    relay.cut();
    await app.logged("Error R99 (Platform error)");
    await app.logged("State changed from up to crashed");
    await app.noticed(/web\.1 is lost: the container engine does not answer/);
    expect((await app.dynosim("ps")).stdout).toMatch(/^web\.1: lost /m);
    expect((await app.fetch("/Procfile")).status).toBe(503);
    await app.logged(/at=error code=H99 desc="Platform error"/);

    await relay.open();
    await app.logged("State changed from starting to up", app.log.length);
    expect((await app.fetch("/Procfile")).status).toBe(200);
    const [second, ...others] = await dynosOf(project);
    expect(others).toEqual([]);
    expect(second).not.toBe(first);

    // An engine that restarts ends its containers: that is no crash of the app's.
    const before = app.log.length;
    relay.cut();
    await execa("docker", ["kill", second ?? ""]);
    await relay.open();
    await app.logged("State changed from starting to up", before);
    expect(app.platformLog("web.1").slice(-5)).toEqual([
      "Error R99 (Platform error)",
      "State changed from up to crashed",
      "State changed from crashed to starting",
      expect.stringMatching(/^Starting process with command/),
      "State changed from starting to up",
    ]);

    const [third] = await dynosOf(project);
    relay.cut();
    app.process.kill("SIGINT");
    app.process.kill("SIGINT");
    expect((await app.ended).exitCode).toBe(130);
    project.environment({ DOCKER_HOST: "" });
    await using again = await project.up();
    // other apps of this machine may have left something too
    expect(again.stderr).toMatch(/Removed what a killed dynosim had left behind: \d+ container/);
    expect(await dynosOf(project)).not.toContain(third);
    expect((await again.fetch("/Procfile")).status).toBe(200);

    // Twice crashed it is left alone for 20 minutes, and somebody removes its image meanwhile.
    for (const to of ["up", "crashed"]) {
      const from = again.log.length;
      await execa("docker", ["kill", (await dynosOf(project))[0] ?? ""]);
      await again.logged(`State changed from ${to === "up" ? "starting" : "up"} to ${to}`, from);
    }
    await execa("docker", ["rmi", "-f", stateOf(project).releases.at(-1)?.slug?.image ?? ""]);
    const [told, from] = [again.platformLog("web.1").length, again.log.length];
    expect((await again.dynosim("ps:restart")).exitCode).toBe(0);
    await again.noticed(/web\.1 could not be started\. The image sha256:\w+ is not here\./);
    await again.logged("State changed from starting to crashed", from);
    expect(again.platformLog("web.1").slice(told)).toEqual([
      "Restarting",
      "State changed from crashed to starting",
      "Error R17 (Checksum error)",
      "State changed from starting to crashed",
    ]);
  });
});
