import { createServer } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENGINE, leftInEngine } from "./in-engine.ts";
import { Project, type RunningApp } from "./rig.ts";

const SERVER = {
  ".python-version": "3.13\n",
  "requirements.txt": "",
  "server.py":
    "import http.server, os\nhttp.server.HTTPServer(('', int(os.environ['PORT'])), http.server.SimpleHTTPRequestHandler).serve_forever()\n",
};
const WEB = "web: python server.py\n";

/** Containers wait for the next start. Who watches over dynosim ends its processes, and then there is nothing to be swept. */
const SWEPT =
  ENGINE === "docker"
    ? /Removed what a killed dynosim had left behind: \d+ containers?, /
    : /^(?![^]*Removed what a killed dynosim had left behind)/;
/** A second, when the machine has nothing else to do. */
const SOON = { timeout: 10_000 };

describe("what cannot be built is told, with what to do, and leaves nothing", () => {
  it.each([
    [
      "a bad runtime.txt",
      { ...SERVER, Procfile: WEB, "runtime.txt": "python-three\n" },
      4,
      /Invalid Python version in runtime\.txt/,
    ],
    [
      "a requirement that does not exist",
      { ...SERVER, Procfile: WEB, "requirements.txt": "no-such-package-of-dynosim==99\n" },
      4,
      /Unable to install dependencies using pip/,
    ],
    ["app.json that is no JSON", { ...SERVER, Procfile: WEB, "app.json": "{" }, /^[124]$/, /app\.json/],
    [
      "a config var that app.json requires",
      { ...SERVER, Procfile: WEB, "app.json": '{"env":{"TOKEN":{"required":true}}}' },
      /^[124]$/,
      /TOKEN/,
    ],
  ] as const)("%s", async (_, files, exitCode, message) => {
    await using project = Project.of(files);
    await project.keepTo("3.13");
    const up = await project.dynosim("up", "--port", "0");
    expect(up.stderr).toMatch(message);
    expect(String(up.exitCode)).toMatch(exitCode instanceof RegExp ? exitCode : new RegExp(`^${exitCode}$`));
    expect(await leftInEngine(project.instance)).toEqual([]);
  });

  it("no language", async () => {
    await using project = Project.of({ Procfile: WEB, "notes.md": "x" });
    await project.keepTo("3.13");
    const up = await project.dynosim("up", "--port", "0");
    expect(up.stderr).toMatch(/No default language could be detected/);
    expect(up.stdout).toMatch(
      / app\[api\]: Build started by user \S+\n.* app\[api\]: Build failed -- check your build output$/,
    );
    expect(up.exitCode).toBe(4);
    expect(await leftInEngine(project.instance)).toEqual([]);
  });

  it.each([
    [{ procfile: WEB }, /procfile/],
    [{ Procfile: "Web: python server.py\n" }, /Web/],
  ] as const)(
    "a web process that Heroku would not find: %j is named, and requests get H14",
    async (files, notice) => {
      await using project = Project.of({ ...SERVER, ...(files as Record<string, string>) });
      await using app = await project.up();
      expect(app.stderr).toMatch(notice);
      expect((await app.fetch("/")).status).toBe(503);
      expect(await app.logged("code=H14")).toContain('desc="No web processes running"');
    },
  );

  it("a web process that ends at once: two crashes, then why it is quiet and what to do; web comes when it is mended", async () => {
    await using project = Project.of({ ...SERVER, Procfile: "worker: sleep 100\n" });
    await (await project.up())[Symbol.asyncDispose]();
    project.write({ Procfile: "web: exit 3\n" });
    const process = project.spawn(["up", "--port", "0"]);
    let stderr = "";
    await new Promise<void>((resolve) => {
      process.stderr?.on("data", (text) => {
        stderr += String(text);
        if (stderr.includes("Next try")) resolve();
      });
    });
    expect(stderr).toMatch(/web\.1 crashed twice.*http:\/\/localhost:\d+ answers with H10/);
    expect(stderr).toMatch(/Next try in 20m, or now: dynosim ps:restart/);
    const url = /http:\/\/localhost:\d+/.exec(stderr)?.[0] ?? "";
    expect((await fetch(url)).status).toBe(503);
    const ended = new Promise((resolve) => process.once("close", resolve));
    process.kill("SIGTERM");
    expect(await ended).toBe(143);
  });

  it("a folder that is not there, an unknown command, a wrong option", async () => {
    await using project = Project.of({});
    expect(await project.dynosim("up", "./nowhere")).toMatchObject({
      exitCode: expect.toSatisfy((code) => code > 0),
    });
    const unknown = await project.dynosim("pss");
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toMatch(/\bps\b/);
    expect((await project.dynosim("up", "--prot", "1")).exitCode).toBe(2);
  });
});

describe("a running app", () => {
  const project = Project.of({ ...SERVER, Procfile: WEB });
  let app: RunningApp;
  beforeAll(async () => {
    app = await project.up();
  });
  afterAll(async () => {
    await project[Symbol.asyncDispose]();
  });

  it("is pointed to by a second up; another app that wants a taken port is refused", async () => {
    const second = await project.dynosim("up");
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toContain(app.url);
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    await using other = Project.of({ ...SERVER, Procfile: WEB });
    const taken = await other.dynosim("up", "--port", String(port));
    expect(taken.exitCode).toBe(1);
    expect(taken.stderr).toContain(String(port));
    server.close();
    expect((await app.fetch("/server.py")).status).toBe(200);
  });

  it("Ctrl-C once: SIGTERM to the dynos and status 130", async () => {
    app.process.kill("SIGINT");
    expect((await app.ended).exitCode).toBe(130);
    expect(app.platformLog("web.1").slice(-2)).toEqual([
      "Stopping all processes with SIGTERM",
      "Process exited with status 143",
    ]);
    expect(await leftInEngine(project.instance)).toEqual([]);
  });

  it("killed with -9: its containers are swept by the next start, which says so; its processes end before", async () => {
    const first = await project.up();
    first.process.kill("SIGKILL");
    await first.ended;
    if (ENGINE === "docker") expect(await leftInEngine(project.instance)).not.toEqual([]);
    else await expect.poll(() => leftInEngine(project.instance), SOON).toEqual([]);
    await using second = await project.up();
    expect(second.stderr).toMatch(SWEPT);
    expect(second.stderr).not.toContain("-----> Building");
    expect((await second.fetch("/server.py")).status).toBe(200);
    await second[Symbol.asyncDispose]();
    expect(await leftInEngine(project.instance)).toEqual([]);
  });

  it("killed with -9 in the middle of a build: that is swept too, and the next start builds", async () => {
    await using project = Project.of({ ...SERVER, Procfile: WEB });
    const first = project.spawn(["up", "--port", "0"]);
    const ended = new Promise((resolve) => first.once("close", resolve));
    let stderr = "";
    first.stderr?.on("data", (text) => {
      stderr += String(text);
      if (stderr.includes("-----> Installing pip")) first.kill("SIGKILL");
    });
    await ended;
    if (ENGINE === "process") await expect.poll(() => leftInEngine(project.instance), SOON).toEqual([]);
    await using second = await project.up();
    expect(second.stderr).toMatch(SWEPT);
    expect((await second.fetch("/server.py")).status).toBe(200);
  });
});

describe("what is built is what git push would send", () => {
  it("untracked files are left out and named last before Ready; --working-tree takes them; --ref a commit", async () => {
    await using project = Project.of({ ...SERVER, Procfile: WEB, "tracked.txt": "one" });
    await project.commit();
    project.write({ "tracked.txt": "edited", "untracked.txt": "new" });
    const answers = async (...args: string[]): Promise<readonly (string | number)[]> => {
      await using app = await project.up(...args);
      const tracked = await (await app.fetch("/tracked.txt")).text();
      return [
        tracked,
        (await app.fetch("/untracked.txt")).status,
        app.stderr.trimEnd().split("\n").at(-1) ?? "",
      ];
    };
    const [tracked, status, last] = await answers();
    expect([tracked, status]).toEqual(["edited", 404]);
    expect(last).toMatch(/untracked\.txt.*dynosim up --working-tree$/);
    expect((await answers("--working-tree")).slice(0, 2)).toEqual(["edited", 200]);
    expect((await answers("--ref", "HEAD")).slice(0, 2)).toEqual(["one", 404]);
  });

  it("nothing changed: no build and no release; a .env is not given to dynos but pointed out", async () => {
    await using project = Project.of({ ...SERVER, Procfile: WEB, ".env": "SECRET_KEY=x\n" });
    {
      await using first = await project.up();
      expect(first.stderr).toContain("Released v3");
      expect(first.stderr).toMatch(/\.env .*SECRET_KEY.*dynosim config:set SECRET_KEY/);
      expect((await first.dynosim("run", "echo [$SECRET_KEY]")).stdout).toContain("[]");
    }
    const offline = await project.dynosim("run", "echo $DYNO of the last release");
    expect(offline).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/run\.\d{4} of the last release/),
    });
    await using second = await project.up();
    expect(second.stderr).not.toContain("-----> ");
    expect((await second.dynosim("releases")).stdout).toMatch(/Current: v3/);
  });

  it("without a running up: config, releases, run and build work, ps says how to start", async () => {
    await using project = Project.of({ ...SERVER, Procfile: WEB });
    expect((await project.dynosim("config:set", "A=1")).exitCode).toBe(0);
    expect((await project.dynosim("config")).stdout).toMatch(/^A: +1$/m);
    const early = await project.dynosim("run", "echo hi");
    expect(early.exitCode).not.toBe(0);
    const ps = await project.dynosim("ps");
    expect(ps.exitCode).toBe(1);
    expect(ps.stderr).toContain("dynosim up");
    const built = await project.dynosim("build", "--slug", "slug.tgz");
    expect(built.exitCode).toBe(0);
    expect(readFileSync(join(project.folder, "slug.tgz")).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
  });
});
