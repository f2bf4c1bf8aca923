import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Project, type RunningApp } from "./rig.ts";

let project: Project;
let app: RunningApp;
beforeAll(async () => {
  project = Project.example("flask-worker");
  expect((await project.dynosim("config:set", "GREETING=early")).exitCode).toBe(0);
  app = await project.up();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

async function greeting(): Promise<string> {
  return (await app.fetch("/")).text();
}

describe("releases of flask-worker (heroku.md 2.8, 6.5)", () => {
  it("config vars set before the first up are there", async () => {
    expect(await greeting()).toContain("GREETING is early");
  });

  it("the first deploy: release phase, then web alone", async () => {
    expect(app.stderr).toMatch(/Procfile declares types -> release, web, worker/);
    expect(app.stderr).toMatch(/Release command declared: this new release will not be available/);
    expect(app.stderr).toMatch(
      /Running release command\.\.\.\n\nmigrating\nWaiting for release\.\.\.\. done\./,
    );
    const release = app.log.findIndex((line) =>
      /heroku\[release\.\d{4}\]: State changed from up to complete/.test(line),
    );
    const web = app.log.findIndex((line) => line.startsWith("heroku[web.1]: Starting process"));
    expect(release).toBeGreaterThan(-1);
    expect(web).toBeGreaterThan(release);
    expect(app.log.find((line) => line.includes("Scaled to"))).toMatch(
      /Scaled to web@1:Eco worker@0:Eco by user /,
    );
    expect((await app.dynosim("ps")).stdout).not.toContain("worker");
  });

  it("a config change makes a release and restarts with it", async () => {
    const from = app.log.length;
    const set = await app.dynosim("config:set", "GREETING=hello");
    expect(set.exitCode).toBe(0);
    expect(set.stderr).toMatch(/Setting GREETING and restarting ⬢ .*\.\.\. done, v5/);
    await app.logged(
      "State changed from starting to up",
      app.log.findIndex((line, at) => at >= from && line.endsWith("Restarting")),
    );
    expect(await greeting()).toContain("GREETING is hello");
    const api = app.log.slice(from).filter((line) => line.startsWith("app[api]"));
    expect(api.map((line) => line.replace(/ by user .*/, ""))).toEqual([
      "app[api]: Set GREETING config vars",
      "app[api]: Release v5 created",
    ]);
  });

  it("a release whose command fails leaves the former one running", async () => {
    const before = app.platformLog("web.1").length;
    const set = await app.dynosim("config:set", "MIGRATION_STATUS=3", "GREETING=never");
    expect(set.exitCode).toBe(5);
    expect(await greeting()).toContain("GREETING is hello");
    expect(app.platformLog("web.1").slice(before)).not.toContain("Restarting");
    const releases = await app.dynosim("releases");
    expect(releases.stdout).toMatch(/Current: v5/);
    expect(releases.stdout).toMatch(/^v6 .*release command failed/m);
    // nothing is rolled back by itself: the next release has what was set. heroku.md 6.5
    expect((await app.dynosim("config:get", "GREETING")).stdout.trim()).toBe("never");
  });

  it("rollback goes back to code and config vars, as a new release", async () => {
    const back = await app.dynosim("rollback", "v4");
    expect(back.exitCode).toBe(0);
    expect(back.stderr).toMatch(/Rolling back ⬢ .* to v4\.\.\. done, v7/);
    await expect.poll(greeting, { timeout: 20_000 }).toContain("GREETING is early");
  });

  it("workers run when scaled up, without $PORT; eco's limit is told with what works instead", async () => {
    const scaled = await app.dynosim("ps:scale", "worker=1");
    expect(scaled.exitCode).toBe(0);
    expect(scaled.stderr).toMatch(/Scaling dynos\.\.\. done, now running worker at 1:Eco/);
    await app.logged(/app\[worker\.1\]: worker\.1 did job 1/);
    const refused = await app.dynosim("ps:scale", "web=2");
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr).toContain("web=2:standard-1x");
    expect((await app.dynosim("run", "echo port=[$PORT] dyno=$DYNO")).stdout).toMatch(
      /port=\[\] dyno=run\.\d{4}/,
    );
  });

  it("run passes on status, environment and piped input, and knows the Procfile's types", async () => {
    expect((await app.dynosim("run", "--", "exit 9")).exitCode).toBe(9);
    expect((await app.dynosim("run", "-e", "ONCE=yes", "echo $ONCE $GREETING")).stdout).toContain(
      "yes early",
    );
    const failed = await app.dynosim("run", "-e", "MIGRATION_STATUS=4", "release");
    expect(failed.stdout).toContain("migrating");
    expect(failed.exitCode).toBe(4);
  });
});
