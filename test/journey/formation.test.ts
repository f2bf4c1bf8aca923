import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { leftInEngine, living } from "./in-engine.ts";
import type { Project, RunningApp } from "./rig.ts";
import { stdlibApp } from "./stdlib-app.ts";

const SERVER = `import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = " ".join(os.environ.get(n, "-") for n in ("GREETING", "HEROKU_RELEASE_VERSION", "HEROKU_APP_NAME")).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args): pass
http.server.ThreadingHTTPServer(("0.0.0.0", int(os.environ["PORT"])), Handler).serve_forever()
`;

let project: Project;
let app: RunningApp;
beforeAll(async () => {
  project = stdlibApp("web: python server.py\nworker: sleep 1000", { "server.py": SERVER });
  app = await project.up("--name", "formation", "--dyno-type", "web=standard-1x,worker=standard-2x");
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

async function answers(): Promise<ReadonlySet<string>> {
  const texts = await Promise.all(Array.from({ length: 10 }, async () => (await app.fetch("/")).text()));
  return new Set(texts);
}

async function dynos(): Promise<number> {
  const { stdout } = await app.dynosim("info", "--json");
  return living((JSON.parse(stdout) as { app: { instance: string } }).app.instance);
}

async function restarted(name: string, from: number): Promise<void> {
  await app.logged(`heroku[${name}]: State changed from starting to up`, from);
}

describe("the formation (heroku.md 1.2, 2.7, 2.8)", () => {
  it("each process type is of its dyno type, with what it costs; limits are Heroku's", async () => {
    const { stdout } = await app.dynosim("ps:type");
    expect(stdout).toContain(" web      Standard-1X   1     ~$0.035     $25\n");
    expect(stdout).toContain(" worker   Standard-2X   0     ~$0.069     $0\n");
    const refused = await app.dynosim("ps:scale", "worker=1:eco");
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(
      "Cannot use the following dyno types in the same app: Eco and Standard-1X",
    );
  });

  it("preboot: the old dynos serve until the switch, and `ps` shows the new ones", async () => {
    expect((await app.dynosim("features:enable", "preboot")).stderr).toContain(
      "Enabling preboot for ⬢ formation... done",
    );
    const scaled = app.log.length;
    await app.dynosim("ps:scale", "web=2");
    await restarted("web.2", scaled);
    const changed = app.log.length;
    await app.dynosim("config:set", "GREETING=new");
    await Promise.all(["web.1", "web.2"].map((name) => restarted(name, changed)));
    expect(await answers()).toEqual(new Set(["- - -"]));
    await expect.poll(dynos, { timeout: 20_000 }).toBe(4);
    const { stdout: ps } = await app.dynosim("ps");
    expect(ps.match(/^web\.\d: up /gm)).toEqual(["web.1: up ", "web.2: up "]);
    expect((await app.dynosim("ps:scale", "web=3")).stderr).toContain(
      "The formation cannot be changed while preboot is under way.",
    );

    expect((await app.dynosim("clock", "advance", "3m")).exitCode).toBe(0);
    expect(await answers()).toEqual(new Set(["new - -"]));
    await expect.poll(dynos, { timeout: 20_000 }).toBe(2);
    for (const name of ["web.1", "web.2"]) {
      const prefix = `heroku[${name}]: `;
      const told = app.log.slice(changed).filter((line) => line.startsWith(prefix));
      expect(told.map((line) => line.slice(prefix.length).replace(/`.*`/, "..."))).toEqual([
        "Restarting",
        "State changed from up to starting",
        "Starting process with command ...",
        "State changed from starting to up",
        "Stopping all processes with SIGTERM",
        "Process exited with status 143",
      ]);
    }
  });

  it("the end of the app before the switch leaves nothing; what was turned on shows at the next deploy", async () => {
    await app.dynosim("labs:enable", "runtime-dyno-metadata");
    const { stdout } = await app.dynosim("info", "--json");
    const { instance } = (JSON.parse(stdout) as { app: { instance: string } }).app;
    const from = app.log.length;
    await app.dynosim("ps:restart");
    await restarted("web.1", from);
    await app.dynosim("down");
    expect((await app.ended).exitCode).toBe(0);
    expect(await leftInEngine(instance)).toEqual([]);

    app = await project.up();
    expect(await answers()).toEqual(new Set(["new v5 formation"]));
    expect((await app.dynosim("ps:scale")).stdout).toBe("web=2:Standard-1X worker=0:Standard-2X");
    expect(app.log.map((line) => line.replace(/ by user .*/, ""))).toContain("app[api]: Release v5 created");
  });
});
