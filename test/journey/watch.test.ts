import { afterAll, beforeAll, expect, it } from "vitest";
import type { Project, RunningApp } from "./rig.ts";
import { stdlibApp } from "./stdlib-app.ts";

let project: Project;
let app: RunningApp;
beforeAll(async () => {
  project = stdlibApp("web: python server.py\n", { "page.html": "one" });
  await project.commit();
  app = await project.up("--watch");
  await app.noticed(/^Watching for changes/m);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

async function page(): Promise<string> {
  return (await app.fetch("/page.html")).text();
}

it("a change of a tracked file is released as a deploy is: dynos get SIGTERM, new ones start", async () => {
  const from = app.log.length;
  project.write({ "page.html": "two", "untracked.html": "none" });
  await app.logged("State changed from starting to up", from);
  expect(await page()).toBe("two");
  expect(app.stderr).toMatch(/^page\.html changed: building\.$/m);
  const told = app.log.slice(from).map((line) => line.replace(/ by user .*/, ""));
  const steps = [
    "app[api]: Build started",
    /^app\[api\]: Deploy [0-9a-f]{8}$/,
    "app[api]: Release v4 created",
    "heroku[web.1]: Restarting",
    "heroku[web.1]: Stopping all processes with SIGTERM",
    "heroku[web.1]: Starting process with command `python server.py`",
  ];
  const places = steps.map((step) =>
    told.findIndex((line) => (typeof step === "string" ? line === step : step.test(line))),
  );
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect((await app.fetch("/untracked.html")).status).toBe(404);
});

it("while a build runs, and when it fails, the former release serves; the next change mends it", async () => {
  project.write({ "page.html": "three", "requirements.txt": "==\n" });
  await app.noticed(
    /Installing dependencies using 'pip install -r requirements.txt'[^]*Installing dependencies[^]*Installing dependencies/,
  );
  expect(await page()).toBe("two");
  await app.noticed(/^v4 goes on serving\. Waiting for the next change\.$/m);
  expect(app.stderr).toMatch(/Push rejected, failed to compile Python app\./);
  expect(await page()).toBe("two");

  const from = app.log.length;
  project.write({ "requirements.txt": "" });
  await app.logged("State changed from starting to up", from);
  expect(await page()).toBe("three");
  expect((await app.dynosim("releases")).stdout).toMatch(/Current: v5/);
});
