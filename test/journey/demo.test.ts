import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const APP = join(ROOT, "examples/dash-app");

it("the demo on a machine without an engine: the Dash app answers, and the table says what is not as on Heroku (issue E)", async () => {
  const hadState = existsSync(join(APP, ".dynosim"));
  const home = mkdtempSync(join(tmpdir(), "dynosim-demo-"));
  const env = {
    ...process.env,
    DOCKER_HOST: "unix:///nowhere/engine.sock",
    DYNOSIM_SETUP_ENGINE: "no",
    DYNOSIM_ENGINE: "",
    XDG_STATE_HOME: home,
    TMPDIR: home,
  };
  const demo = spawn("sh", ["scripts/demo", "--port", "0", "--control-port", "0"], { cwd: ROOT, env });
  const said = { stdout: "", stderr: "" };
  demo.stdout.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
  demo.stderr.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
  const ended = new Promise<number | null>((done) => demo.once("close", done));
  try {
    const isOver = (): boolean => demo.exitCode !== null || /^Ready\. /m.test(said.stdout);
    await expect.poll(isOver, { timeout: 500_000 }).toBe(true);
    // with what it said, where it failed
    expect(said).toMatchObject({ stdout: expect.stringMatching(/^Ready\. /m) as string });
    expect(said.stdout).toMatch(/^setup: no container engine answers, and none is to be set up/);
    expect(said.stderr).toMatch(/^No container engine answers: dynos are processes of this machine/m);
    expect(said.stderr).toMatch(/^ {2}absent +network +dynos see each other and all that listens here$/m);
    const url = /^Ready\. (\S+)/m.exec(said.stdout)?.[1] ?? "";
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("Dash");
    demo.kill("SIGINT");
    expect(await ended).toBe(130);
    await execa(process.execPath, ["bin/dynosim.js", "clean", "--dir", APP], { cwd: ROOT, env });
  } finally {
    demo.kill("SIGKILL");
    if (!hadState) rmSync(join(APP, ".dynosim"), { recursive: true, force: true });
    rmSync(home, { recursive: true, force: true });
  }
});
