import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KILL_POINTS } from "../../src/platform/kill-points.ts";
import type { Run } from "../../src/platform/run-file.ts";
import { leftInEngine, madeFor } from "./in-engine.ts";
import { Project, temporaryFiles, type RunningApp } from "./rig.ts";

/** What reading a folder with git makes for a moment; other tests have files of their own beside it. */
const scratchFolders = (): readonly string[] =>
  temporaryFiles().filter((name) => name.startsWith("dynosim-source-"));

const SERVER = `
import http.server, os
class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/crash": os._exit(1)
        super().do_GET()
http.server.ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
`;

/** What brings a running app to the point; dynosim dies in the middle of it, so its answer is not waited for. */
type Act = (app: Hands) => Promise<unknown>;
/** The points of a start come by themselves, the first ones because there is something new to build. */
type Way = "start with a change" | "start with a release command" | "start" | Act;

const WAYS: Readonly<Record<string, Way>> = {
  "build.opening": "start with a change",
  "build.opened": "start with a change",
  "build.baking": "start with a change",
  "build.baked": "start with a change",
  "commit.drafted": "start with a change",
  "release.told": "start with a change",
  "release-phase.up": "start with a release command",
  "release.done": "start with a change",
  "commit.saved": "start",
  "network.made": "start",
  "start.launching": "start",
  "start.launched": "start",
  "boot.waiting": "start",
  "boot.up": "start",
  "cycle.begun": (app) => app.ours("clock/advance", { by: "28h" }),
  "crash.told": (app) => app.fetch("/crash"),
  "request.in-flight": (app) => app.fetch("/"),
  "request.done": (app) => app.fetch("/"),
  "config.told": (app) => app.ask("PATCH", "/config-vars", { LATE: "1" }),
  "one-off.up": (app) => app.ask("POST", "/dynos", { command: "sleep 60", attach: false }),
  "idle.begun": (app) => app.becomeEco().then(() => app.ours("idle")),
  "idle.spare": (app) => app.ours("idle"),
  "wake.begun": (app) => app.ours("idle").then(() => app.ours("wake")),
  "scale.told": (app) => app.ask("PATCH", "/formation/worker", { quantity: 1, size: "eco" }),
  "stop.exited": (app) => app.ours("down"),
  "stop.closing": (app) => app.ours("down"),
  "stop.closed": (app) => app.ours("down"),
  "clean.discarding": (app) => app.cleanWhenDown(),
};

/**
 * Before these a config var is set, which is a release and restarts the dynos; before the other ones hours are said to
 * have been used, which costs no time and is acknowledged all the same.
 */
const AFTER_A_RELEASE: readonly string[] = [
  "cycle.begun",
  "config.told",
  "idle.begun",
  "wake.begun",
  "stop.closed",
];

it("has a way to every point there is", () => {
  expect(Object.keys(WAYS).toSorted()).toEqual(Object.keys(KILL_POINTS).toSorted());
});

describe("kill -9 at a named point: what was acknowledged stays, and the next start leaves nothing behind", () => {
  const home = mkdtempSync(join(tmpdir(), "dynosim-journey-kill-"));
  const killFile = join(home, "at");
  const scratchBefore = scratchFolders();
  const procfile = "web: python server.py\nworker: sleep 600\n";
  const project = Project.of({
    Procfile: procfile,
    "server.py": SERVER,
    "requirements.txt": "",
    ".python-version": "3.13\n",
  }).environment({ DYNOSIM_KILL_FILE: killFile });
  /** Config vars whose setting was answered. */
  const acknowledged: string[] = [];
  let app: RunningApp;
  let acknowledgedReleases = 0;
  let acknowledgedHours = 0;
  let changes = 0;

  beforeAll(async () => {
    writeFileSync(killFile, "");
    app = await project.up("--dyno-type", "basic");
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
    rmSync(home, { recursive: true });
  });

  it.each(Object.entries(WAYS))("%s", async (point, way) => {
    if (typeof way === "string") {
      await app[Symbol.asyncDispose]();
      if (way !== "start") {
        const command = way === "start with a release command" ? "release: true\n" : "";
        project.write({ Procfile: procfile + command, "page.html": `change ${changes++}` });
      }
      writeFileSync(killFile, point);
      await once(project.spawn(["up", "--port", "0"]), "exit");
    } else {
      const hands = new Hands(project, app);
      if (AFTER_A_RELEASE.includes(point)) {
        const name = point.replace(/\W/g, "_").toUpperCase();
        await hands.ask("PATCH", "/config-vars", { [name]: "1" });
        acknowledged.push(name);
        acknowledgedReleases = (await hands.releases()).length;
      } else {
        acknowledgedHours += 1;
        await hands.setHours(acknowledgedHours);
      }
      await hands.settled();
      writeFileSync(killFile, point);
      await Promise.all([way(hands).catch(() => "lost with the process"), app.ended]);
    }
    expect(readFileSync(killFile, "utf8")).toBe(`reached ${point}`);

    writeFileSync(killFile, "");
    app = await project.up();
    expect((await app.fetch("/")).status).toBe(200);
    const hands = new Hands(project, app);
    expect(Object.keys(await hands.ask("GET", "/config-vars"))).toEqual(expect.arrayContaining(acknowledged));
    expect((await hands.releases()).length).toBeGreaterThanOrEqual(acknowledgedReleases);
    expect(await hands.hours()).toBeGreaterThanOrEqual(acknowledgedHours);
    expect(await hands.foreignInEngine()).toEqual([]);
    expect(strayProcesses(killFile, hands.run.pid)).toEqual([]);
    expect(
      readdirSync(join(project.folder, ".dynosim")).filter((entry) => /\d\.tmp$|^lock\./.test(entry)),
    ).toEqual([]);
    expect(scratchFolders()).toEqual(scratchBefore);
  });

  it("and at last down leaves nothing", async () => {
    const { instance } = new Hands(project, app).run;
    await app[Symbol.asyncDispose]();
    expect(await leftInEngine(instance)).toEqual([]);
  });
});

/** What a dynosim that was given this kill file has started and left behind; its children have its environment. */
function strayProcesses(killFile: string, alive: number): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      const parent = readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) . /s, "")
        .split(" ")[0];
      const isOurs = environment.includes(`DYNOSIM_KILL_FILE=${killFile}`);
      return isOurs && Number(pid) !== alive && Number(parent) !== alive;
    } catch {
      // no process, or gone meanwhile
      return false;
    }
  });
}

/** The control API of an app that is up. */
class Hands {
  readonly run: Run;
  readonly #project: Project;
  readonly #app: RunningApp;
  readonly #token: string;

  constructor(project: Project, app: RunningApp) {
    this.run = JSON.parse(readFileSync(join(project.folder, ".dynosim/run.json"), "utf8")) as Run;
    this.#project = project;
    this.#app = app;
    this.#token = readFileSync(this.run.tokenPath, "utf8").trim();
  }

  fetch(path: string): Promise<Response> {
    return this.#app.fetch(path);
  }

  ask(method: string, path: string, body?: object): Promise<object> {
    return this.#send(method, `/apps/${this.run.app}${path}`, body);
  }

  ours(path: string, body: object = {}): Promise<object> {
    return this.#send("POST", `/dynosim/apps/${this.run.app}/${path}`, body);
  }

  async setHours(used: number): Promise<void> {
    await this.#send("PATCH", `/dynosim/apps/${this.run.app}/hours`, { used: `${used}h` });
  }

  /** Dyno hours used. */
  async hours(): Promise<number> {
    const body = await this.#send("GET", `/dynosim/apps/${this.run.app}/hours`, undefined);
    return (body as { readonly used_ms: number }).used_ms / 3_600_000;
  }

  /** Nothing of a former step is on its way any more: the clock waits for that. */
  async settled(): Promise<void> {
    await this.ours("clock/advance", { by: "1s" });
  }

  async becomeEco(): Promise<void> {
    await this.ask("PATCH", "/formation/web", { size: "eco" });
    await this.settled();
  }

  async cleanWhenDown(): Promise<void> {
    await this.ours("down");
    await this.#app.ended;
    await this.#project.dynosim("clean");
  }

  async releases(): Promise<readonly unknown[]> {
    return (await this.ask("GET", "/releases")) as readonly unknown[];
  }

  /** Containers, networks and volumes, or rooms, of this app that another process made for itself. */
  async foreignInEngine(): Promise<readonly string[]> {
    const made = await madeFor(this.run.instance);
    // at least its web dyno
    expect(made).not.toEqual([]);
    return made.filter(({ pid }) => pid !== this.run.pid).map(({ name }) => name);
  }

  async #send(method: string, path: string, body: object | undefined): Promise<object> {
    const response = await fetch(new URL(path, this.run.controlUrl), {
      method,
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as object;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }
}
