import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Project, type RunningApp } from "./rig.ts";

let project: Project;
let app: RunningApp;
beforeAll(async () => {
  project = Project.example("flask-worker").environment({
    DYNOSIM_ATTACH_MS: "5000",
    DYNOSIM_HANG_UP_MS: "1000",
    DYNOSIM_ONE_OFF_IDLE_MS: "6000",
  });
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
      /Scaled to release@0:Eco web@1:Eco worker@0:Eco by user /,
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

describe("one-off dynos and sessions (heroku.md 2.8, 2.9, 8)", () => {
  it("run bash on a terminal: its size and how that changes, Ctrl-C, the exit status, the lines of the log", async () => {
    const from = app.log.length;
    using terminal = project.terminal("run", "bash");
    await terminal.shows(/up, run\./);
    terminal.type("stty size; echo $TERM\r");
    await terminal.shows(/30 90\s+xterm\s/);
    terminal.enlarge();
    terminal.type("sleep 1; stty size\r");
    await terminal.shows(/40 100\s/);
    // One process writes and sleeps: a SIGINT between a fork of the shell and what it runs can be lost.
    terminal.type(`bash -c "echo be''gun; exec sleep 100"\r`);
    await terminal.shows(/^begun\s/m);
    terminal.type("\x03");
    await terminal.shows(/\^C/);
    terminal.type("echo status=$?; exit 7\r");
    await terminal.shows(/status=130\s/);
    expect(await terminal.ended).toBe(7);
    const run = /up, (run\.\d{4})/.exec(terminal.shown)?.[1];
    await app.logged(`heroku[${run}]: State changed from up to complete`);
    const lines = app.log.slice(from).filter((line) => line.includes(`[${run}]`) || line.includes("[api]"));
    expect(lines.map((line) => line.replace(/ by user .*/, ""))).toEqual([
      "app[api]: Starting process with command `bash`",
      `heroku[${run}]: Awaiting client`,
      `heroku[${run}]: Starting process with command \`bash\``,
      `heroku[${run}]: State changed from starting to up`,
      `heroku[${run}]: Process exited with status 7`,
      `heroku[${run}]: State changed from up to complete`,
    ]);
  });

  it("R16: the window is closed, and the command does not heed SIGHUP; ps:stop ends it", async () => {
    const from = app.log.length;
    using terminal = project.terminal("run", "trap '' HUP; echo re''ady; while :; do sleep 1; done");
    await terminal.shows(/^ready\s/m);
    const run = /up, (run\.\d{4})/.exec(terminal.shown)?.[1] ?? "";
    terminal.close();
    await app.logged("Error R16 (Detached)", from);
    expect((await app.dynosim("ps")).stdout).toMatch(
      new RegExp(`^=== run: one-off processes \\(1\\)\n\n${run} \\(Eco\\): up `, "m"),
    );
    const refused = await app.dynosim("run", "ls");
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("Cannot run more than 1 Eco size dynos.");
    expect((await app.dynosim("ps:stop", "-d", run)).exitCode).toBe(0);
    await app.logged(`heroku[${run}]: State changed from up to complete`);
    expect(app.platformLog(run)).toEqual([
      "Awaiting client",
      expect.stringContaining("Starting process with command"),
      "State changed from starting to up",
      ...Array.from({ length: 3 }, () => "Client connection closed. Sending SIGHUP to all processes"),
      "Error R16 (Detached) -> An attached process is not responding to SIGHUP after its external connection was closed.",
      "Stopping all processes with SIGTERM",
      expect.stringMatching(/^Process exited with status \d+$/),
      "State changed from up to complete",
    ]);
  });

  it("R13: a client that asks for a dyno and does not come", async () => {
    const { app: facts } = JSON.parse((await app.dynosim("info", "--json")).stdout) as {
      app: { name: string };
    };
    const path = `/apps/${facts.name}/dynos`;
    const started = (await project.ask("POST", path, { command: "sleep 100", attach: true })) as {
      name: string;
    };
    await app.logged(`heroku[${started.name}]: State changed from up to complete`);
    expect(app.platformLog(started.name)).toEqual([
      "Awaiting client",
      "Starting process with command `sleep 100`",
      "State changed from starting to up",
      "Error R13 (Attach error) -> Failed to attach to process",
      "Process exited with status 128",
      "State changed from up to complete",
    ]);
  });

  it("silence on the connection: it is closed, and SIGHUP ends the command", async () => {
    const silent = await app.dynosim("run", "sleep 100");
    expect(silent.exitCode).toBe(1);
    expect(silent.stderr).toContain(
      "The connection was closed: for an hour there was neither input nor output.",
    );
    const run = /up, (run\.\d{4})/.exec(silent.stderr)?.[1] ?? "";
    await app.logged(`heroku[${run}]: State changed from up to complete`);
    expect(app.platformLog(run).slice(-3)).toEqual([
      "Client connection closed. Sending SIGHUP to all processes",
      "Process exited with status 129",
      "State changed from up to complete",
    ]);
  });

  it("ps:exec joins web.1: its files and its $PORT, but no config vars; a shell has the terminal", async () => {
    const said = await app.dynosim("ps:exec", "--", "touch /tmp/here; echo $DYNO $PORT [$GREETING]; exit 6");
    expect(said.exitCode).toBe(6);
    expect(said.stdout).toMatch(/^web\.1 \d+ \[\]$/);
    using terminal = project.terminal("ps:exec");
    await terminal.shows(/done/);
    terminal.type("ls /tmp/here; stty size; exit 8\r");
    await terminal.shows(/\/tmp\/here\s+30 90\s/);
    expect(await terminal.ended).toBe(8);
    const elsewhere = await app.dynosim("ps:exec", "-d", "web.2", "ls");
    expect(elsewhere.stderr).toContain("There is no web.2; there are web.1, worker.1");
  });

  it("releases:output and releases:retry", async () => {
    expect((await app.dynosim("releases:output", "v6")).stdout).toBe("migrating");
    const retried = await app.dynosim("releases:retry");
    expect(retried.stderr).toMatch(/^Retrying v7 on ⬢ .*\.\.\. done, v8$/);
    expect(retried.stdout).toBe("Running release command...\nmigrating");
    expect(retried.exitCode).toBe(0);
    expect((await app.dynosim("releases:info")).stdout).toMatch(
      /^=== Release v8\n[^]*Change: +Retry of v7: Rollback to v4$/m,
    );
  });
});
