import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { leftInEngine } from "./in-engine.ts";
import { Project } from "./rig.ts";

/** A web server of the standard library: a build without downloads, made once for all. */
let project: Project;
beforeAll(() => {
  project = Project.of({
    Procfile: "web: python -m http.server $PORT",
    ".python-version": "3.13\n",
    "requirements.txt": "",
    "index.html": "hello\n",
    "check.mjs": CHECK,
  });
});
afterAll(async () => {
  await project[Symbol.asyncDispose]();
});

const CHECK = `
const { DYNOSIM_URL, DYNOSIM_CONTROL_URL, DYNOSIM_TOKEN, DYNOSIM_APP } = process.env;
const page = await fetch(DYNOSIM_URL + "/index.html");
const control = (method, path) =>
  fetch(DYNOSIM_CONTROL_URL + path, { method, headers: { Authorization: "Bearer " + DYNOSIM_TOKEN } });
const dynos = async () => (await (await control("GET", "/apps/" + DYNOSIM_APP + "/dynos")).json()).map((dyno) => dyno.state);
console.log(await page.text(), page.status, await dynos());
console.log((await control("POST", "/dynosim/apps/" + DYNOSIM_APP + "/idle")).status, await dynos());
process.exit(9);
`;

function instance(): string {
  const state = readFileSync(join(project.folder, ".dynosim/state.json"), "utf8");
  return (JSON.parse(state) as { readonly instance: string }).instance;
}

it("a command finds the app and its control API, gives its exit code, and the app is gone after it", async () => {
  const said = await project.dynosim("exec", "--wait", "60s", "--", "node", "check.mjs");
  expect(said.stdout).toBe("hello\n 200 [ 'up' ]\n202 [ 'idle' ]");
  expect(said.exitCode).toBe(9);
  expect(said.stderr).toMatch(/^-----> Building on the Heroku-24 stack$/m);
  expect(said.stderr).toMatch(/^Ready\. http:\/\/localhost:\d+ \(app .*\)$/m);
  expect(said.stderr).toMatch(
    /\nnode ended with 9\. The lines of the app's log:\n[^]* heroku\[web\.1\]: Idling\n/,
  );
  expect(await leftInEngine(instance())).toEqual([]);
});

it("SIGTERM in the middle ends the command and all it started, and leaves nothing", async () => {
  const script = "sleep 271 & echo pid $!; echo up; wait";
  const host = project.spawn(["exec", "--paused", "--log", "-", "--", "sh", "-c", script]);
  let stdout = "";
  let stderr = "";
  host.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  host.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  await expect.poll(() => stdout, { timeout: 120_000 }).toContain("up\n");
  expect(await leftInEngine(instance())).not.toEqual([]);
  expect((await project.dynosim("clock", "advance", "31m")).exitCode).toBe(0);
  await expect.poll(() => stderr).toContain("heroku[web.1]: Idling");
  const ended = new Promise((resolve) => host.once("close", resolve));
  host.kill("SIGTERM");
  expect(await ended).toBe(143);
  expect(await leftInEngine(instance())).toEqual([]);
  const sleeper = /pid (\d+)/.exec(stdout)?.[1] ?? "";
  expect(() => process.kill(Number(sleeper), 0)).toThrow("ESRCH");
});

it("an app that does not come up is 6, at once, with its log; the command does not run", async () => {
  const said = await project
    .write({ Procfile: "web: echo no settings; exit 1" })
    .dynosim("exec", "--", "echo", "ran");
  expect([said.exitCode, said.stdout]).toEqual([6, ""]);
  expect(said.stderr).toContain("app[web.1]: no settings");
  expect(said.stderr).toMatch(/Error: \S+ did not come up: web\.1 crashed\.\n {2}What it said is above\.$/);
  expect(await leftInEngine(instance())).toEqual([]);
});
