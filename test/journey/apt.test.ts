import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Project, type RunningApp } from "./rig.ts";

const START = `#!/usr/bin/env bash
command -v tree || echo "no tree"
tree --noreport | sed 's/^/|/'
sleep 1000
`;

let project: Project;
let app: RunningApp | undefined;
beforeAll(async () => {
  project = Project.of({
    Aptfile: "# the app's\ntree\n",
    Procfile: "worker: ./start\nrelease: git --version || true\n",
    start: START,
  });
  chmodSync(join(project.folder, "start"), 0o755);
  await project.keepTo("3.13");
});
afterAll(async () => {
  await app?.[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
});

describe("an app of scripts with an Aptfile", () => {
  it("no language: fails as on Heroku, and heroku/procfile is pointed to", async () => {
    const { exitCode, stdout, stderr } = await project.dynosim("build");
    expect(exitCode).toBe(4);
    expect(stdout + stderr).toContain("No default language could be detected for this app.");
    expect(stdout + stderr).toContain("dynosim buildpacks:set heroku/procfile");
  });

  it("with heroku/procfile it runs, without the program", async () => {
    await project.dynosim("buildpacks:set", "heroku/procfile");
    app = await project.up("worker");
    expect(await app.logged("app[worker.1]")).toBe("app[worker.1]: no tree");
    expect(app.stderr + app.stdout).toContain(
      "release runs git, which is there while the app is built, but not on a dyno",
    );
    await app[Symbol.asyncDispose]();
  });

  it("with heroku-community/apt before it, the program is in the dyno", async () => {
    await project.dynosim("buildpacks:add", "--index", "1", "heroku-community/apt");
    app = await project.up("worker");
    await app.logged("app[worker.1]: /app/.apt/usr/bin/tree");
    await app.logged(/^app\[worker\.1\]: \|\S+ Procfile$/);
    expect(app.stderr).toContain("-----> Fetching .debs for tree\n");
    expect(app.stderr).toMatch(/^-----> Installing tree_\S+_amd64\.deb$/m);
  });
});
