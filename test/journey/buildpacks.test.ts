import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Docker from "dockerode";
import { pack } from "tar-stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { appFolder, type AppFolder } from "../manifest/app-folder.ts";
import { Project, type RunningApp } from "./rig.ts";

const SH = "#!/usr/bin/env bash\n";
const MINOR = "3.13";
/** What a dyno of either language has on any image. */
const SERVER = String.raw`use IO::Socket::INET; $| = 1;
my $l = IO::Socket::INET->new(LocalPort => $ENV{PORT}, Listen => 9, ReuseAddr => 1) or die;
while (my $c = $l->accept) {
  while (<$c>) { last if /^\r\n$/ }
  my $b = getpwuid($<) . ", " . do { local (@ARGV, $/) = ("/etc/standin", "/app/built"); join "", <> };
  print $c "HTTP/1.1 200 OK\r\nContent-Length: " . length($b) . "\r\nConnection: close\r\n\r\n$b"; close $c
}
`;

const ONE = {
  "bin/detect": `${SH}echo One`,
  "bin/compile": `${SH}echo "-----> One compiles"
mkdir -p "$1/.one"; printf '#!/bin/sh\necho "a tool of one"\n' >"$1/.one/tool"; chmod +x "$1/.one/tool"
echo "export ONE=yes PATH=$1/.one:\\$PATH" >"$(dirname "$0")/../export"
sleep 600 &`,
  "bin/release": `${SH}echo 'default_process_types: {web: "false", other: "false"}'`,
};
const TWO = {
  "bin/detect": `${SH}[[ -f "$1/built-by-two.txt" ]] && echo Two`,
  "bin/compile": `${SH}echo "-----> Two compiles on $STACK with $(tool) as $(whoami)"
echo "ONE=$ONE" >"$1/built"; cp "$(dirname "$0")/../server.pl" "$1/"`,
  "bin/release": `${SH}printf 'default_process_types:\n  web: perl server.pl\naddons: [heroku-postgresql]\n'`,
  "server.pl": SERVER,
};

const docker = new Docker();
const STANDIN = `dynosim-test-standin-${process.pid}`;
let remote: AppFolder;
let project: Project;
let app: RunningApp;

beforeAll(async () => {
  remote = await appFolder(TWO);
  remote.commitAll();
  remote.git("tag", "v1");
  await remote.write({ "bin/compile": `${SH}exit 9` });
  remote.commitAll();
  project = new Project();
  write(project.folder, { "built-by-two.txt": "", ".buildpacks": "https://example.com/x\n" });
  for (const [path, content] of Object.entries(ONE))
    write(project.folder, { [`packs/one/${path}`]: content });
  await Promise.all([standIn("build"), standIn("run")]);
  app = await project.up(
    "--buildpack",
    "./packs/one",
    "--buildpack",
    `file://${remote.path}#v1`,
    "--stack-image",
    `build=${STANDIN}:24-build,run=${STANDIN}:24-run`,
  );
}, 120_000);

afterAll(async () => {
  await project[Symbol.asyncDispose]();
  await remote[Symbol.asyncDispose]();
  for (const role of ["build", "run"]) await docker.getImage(`${STANDIN}:24-${role}`).remove({ force: true });
}, 60_000);

it("a folder and a git URL at a tag, on images by name: one after the other, with what the first exports", async () => {
  const from = app.stderr.indexOf("-----> Building");
  expect(app.stderr.slice(from).split("\n").slice(0, 11)).toEqual([
    "-----> Building on the Heroku-24 stack",
    "-----> Using buildpacks:",
    "       1. ./packs/one",
    `       2. file://${remote.path}#v1`,
    "-----> One app detected",
    "-----> One compiles",
    "-----> Two app detected",
    "-----> Two compiles on heroku-24 with a tool of one as u1000",
    "-----> Discovering process types",
    "       Procfile declares types     -> (none)",
    "       Default types for buildpack -> web",
  ]);
  expect(app.stderr).toContain(`file://${remote.path}#v1 asks for add-ons`);
  expect(app.stderr).toContain(".buildpacks is not read");
});

it("the dyno runs the last one's default type, on the image that was named", async () => {
  const answer = await app.fetch("/");
  expect([answer.status, await answer.text()]).toEqual([200, "u1000, stands in for run\nONE=yes\n"]);
});

it("both are kept, so that the next build is none", async () => {
  expect((await project.dynosim("buildpacks")).stdout).toContain(
    `1. ./packs/one\n2. file://${remote.path}#v1`,
  );
  const { stdout } = await project.dynosim("build", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ compiled: false });
});

it("a build that cannot have its buildpack or image says why, and the release goes on", async () => {
  const url = `file://${remote.path}#nope`;
  const ref = await project.dynosim("build", "--buildpack", url);
  expect(ref.exitCode).not.toBe(0);
  expect(ref.stderr).toContain(` !     error fetching custom buildpack ${url}\n\n !     Push failed`);
  expect(ref.stderr).toContain(`file://${remote.path} has no branch, tag or commit nope.`);
  const image = await project.dynosim(
    "build",
    "--stack-image",
    `build=${STANDIN}:none,run=${STANDIN}:24-run`,
  );
  expect(image.stderr).toContain(`The image ${STANDIN}:none is not here, and could not be pulled`);
  expect((await app.fetch("/")).status).toBe(200);
});

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** One of ours under another name, with a file that ours has not and without a dyno's user; none of ours for a clean-up. */
async function standIn(role: "build" | "run"): Promise<void> {
  const image = `dynosim/stack-${role}:heroku-24-py${MINOR}`;
  const container = await docker.createContainer({ Image: image, Cmd: ["true"] });
  try {
    const archive = pack();
    archive.entry({ name: "etc/standin" }, `stands in for ${role}\n`);
    archive.entry({ name: "etc/passwd" }, "root:x:0:0:root:/root:/bin/bash\n");
    archive.finalize();
    await container.putArchive(archive as unknown as NodeJS.ReadableStream, { path: "/" });
    const changes = 'LABEL dynosim="" dynosim.kind="" dynosim.recipe=""\nUSER 1001';
    await container.commit({ repo: STANDIN, tag: `24-${role}`, changes });
  } finally {
    await container.remove({ force: true });
  }
}
