import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { holds } from "./needs.ts";
import type { Project, RunningApp } from "./rig.ts";
import { stdlibApp } from "./stdlib-app.ts";

const MARK = "leaked-from-host";
/** What a laptop has that no build may see. */
const SECRETS = {
  SSH_AUTH_SOCK: `/tmp/${MARK}.sock`,
  GITHUB_TOKEN: MARK,
  AWS_SECRET_ACCESS_KEY: MARK,
  NPM_TOKEN: MARK,
  SOME_VARIABLE: MARK,
  PYTHONPATH: `/${MARK}`,
};
const HOME_FILES = [
  ".npmrc",
  ".netrc",
  ".pip/pip.conf",
  ".config/pip/pip.conf",
  ".ssh/id_ed25519",
  ".gitconfig",
];

/** Says what it sees; the mark is put together, so that this very file does not hold it. */
const SPY = `#!/bin/bash
mark="leaked-from""-host"
echo "variables: $(compgen -e | sort | tr '\\n' ' ')"
echo "marked variables: $(env | grep -c "$mark")"
echo "marked files: $(grep -rlIF "$mark" /app /tmp /home /root /etc /run /var/tmp 2>/dev/null | wc -l)"
for file in ${HOME_FILES.map((file) => `~/${file}`).join(" ")}; do [ -e "$file" ] && echo "there is $file"; done
echo "library: $(cat lib/words.txt)"
`;

const home = mkdtempSync(join(tmpdir(), "dynosim-journey-home-"));
const served = mkdtempSync(join(tmpdir(), "dynosim-journey-git-"));
const server = createServer((request, response) => {
  try {
    response.end(readFileSync(join(served, new URL(request.url ?? "/", "http://x").pathname)));
  } catch {
    response.writeHead(404).end();
  }
});

function git(folder: string, ...args: string[]): void {
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@localhost", ...args], { cwd: folder });
}

/** A library by HTTP, as a repository of files. */
function publishLibrary(): string {
  const folder = join(served, "work");
  mkdirSync(folder);
  writeFileSync(join(folder, "words.txt"), "from the submodule");
  git(folder, "init", "-q");
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "-m", "x");
  git(folder, "clone", "-q", "--bare", folder, join(served, "lib.git"));
  git(join(served, "lib.git"), "update-server-info");
  return execFileSync("git", ["rev-parse", "HEAD"], { cwd: folder, encoding: "utf8" }).trim();
}

let project: Project;
let app: RunningApp;
let commit: string;
let url: string;

beforeAll(async () => {
  for (const file of HOME_FILES) {
    mkdirSync(dirname(join(home, file)), { recursive: true });
    // a comment to each program that reads one of these
    writeFileSync(join(home, file), `# ${MARK}\n`);
  }
  commit = publishLibrary();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/lib.git`;
  project = stdlibApp("web: python server.py\n", {
    "app.json": JSON.stringify({
      scripts: { postdeploy: "echo seeding; cat lib/words.txt; exit 7" },
      addons: ["heroku-postgresql:mini"],
    }),
    ".gitmodules": `[submodule "lib"]\n\tpath = lib\n\turl = ${url}\n`,
  });
  project.environment({ ...SECRETS, HOME: home, NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" });
  mkdirSync(join(project.folder, "bin"));
  writeFileSync(join(project.folder, "bin/post_compile"), SPY, { mode: 0o755 });
  git(project.folder, "init", "-q");
  git(project.folder, "add", "-A");
  git(project.folder, "update-index", "--add", "--cacheinfo", `160000,${commit},lib`);
  git(project.folder, "commit", "-q", "-m", "x");
  mkdirSync(join(project.folder, "lib"));
  app = await project.up();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await project[Symbol.asyncDispose]();
  server.close();
  for (const folder of [home, served]) rmSync(folder, { recursive: true, force: true });
});

describe("source of an app", () => {
  it("has its submodule, fetched before the build in the words of Heroku's git server", async () => {
    expect(app.stderr).toContain(
      [
        "Git submodules detected, installing:",
        `Submodule 'lib' (${url}) registered for path 'lib'`,
        "Cloning into 'lib'...",
        `Submodule path 'lib': checked out '${commit}'`,
        "-----> Building on the Heroku-24 stack",
      ].join("\n"),
    );
    expect(await (await app.fetch("/lib/words.txt")).text()).toBe("from the submodule");
  });

  it("is built without the variables, keys and settings of the user", () => {
    const variables = /variables: (.*)/.exec(app.stderr)?.[1]?.split(" ") ?? [];
    expect(variables).toContain("HOME");
    for (const name of Object.keys(SECRETS).filter((name) => name !== "PYTHONPATH"))
      expect(variables).not.toContain(name);
    expect(app.stderr).toContain("marked variables: 0");
    // among processes a build is the user, who may read what is the user's; but it is told of none of it
    if (holds("user")) expect(app.stderr).toContain("marked files: 0");
    expect(app.stderr).not.toContain("there is ");
    expect(app.stderr).toContain("library: from the submodule");
  });

  it("has its postdeploy script run once, after the first release, and its failure told", () => {
    expect(app.stderr).toMatch(
      /Released v\d+\n\n-----> Running scripts\.postdeploy of app\.json\.\.\.\n +seeding\n +from the submodule\n !     postdeploy exit code was not 0\n !     It was 7\./,
    );
    expect(app.stderr).toContain(
      "app.json asks for add-ons, of which dynosim has none: heroku-postgresql:mini.",
    );
  });
});
