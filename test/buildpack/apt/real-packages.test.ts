import { afterAll, beforeAll, expect, it } from "vitest";
import { readHostSettings, USE_MIRROR } from "../../../src/engine/lent/host-settings.ts";
import { buildReference } from "../../../src/engine/docker/stack-images/references.ts";
import { rotatingSlice } from "../../rotating-slice.ts";
import { StackContainer } from "../stack-container.ts";

// apt-get, dpkg and curl of the stack image, with Debian's own packages.
const MINOR = process.env["DYNOSIM_TEST_MINOR"] ?? "3.13";

let container: StackContainer;
let mirror: string;
/** `sl`: nothing below it but what a build image has. */
let version: string;
let file: string;
beforeAll(async () => {
  container = await StackContainer.open(buildReference(MINOR), "apt", true);
  ({ mirror } = (await readHostSettings(process.env)).apt);
  const script = `set -e; bash -c '${USE_MIRROR}' open ${mirror}
mkdir -p /app /tmp/env && chown -R 1000:1000 /app /buildpack
apt-get -qq update && apt-cache show --no-all-versions sl | sed -n 's/^\\(Version\\|Filename\\): //p'`;
  const { output, status } = await container.run(script, {}, "root");
  expect({ status, output }).toMatchObject({ status: 0 });
  const told = output.trim().split("\n").slice(-2);
  file = told.find((line) => line.endsWith(".deb")) ?? "";
  version = told.find((line) => line !== file) ?? "";
});
afterAll(() => container[Symbol.asyncDispose]());

interface Case {
  readonly rule: string;
  readonly aptfile: () => string;
  readonly lines: () => readonly (string | RegExp)[];
  readonly status?: number;
}

const INSTALLED = /^-----> Installing sl_\S+_amd64\.deb$/m;

const CASES: readonly Case[] = [
  {
    rule: "B1: name=version",
    aptfile: () => `sl=${version}\n`,
    lines: () => [`-----> Fetching .debs for sl=${version}`, INSTALLED],
  },
  {
    rule: "B1: a URL that ends in deb, and a comment",
    aptfile: () => `# a train\n\n${mirror}/${file}`,
    lines: () => [`-----> Fetching ${mirror}/${file}`, INSTALLED],
  },
  {
    rule: "B1: a repository of its own, and name/release",
    aptfile: () => `:repo:deb ${mirror} trixie-backports main\nsl/trixie\n`,
    lines: () => ["-----> Adding custom repositories", / trixie-backports InRelease/, INSTALLED],
  },
  {
    rule: "B1: a pattern, which is no file of the app",
    aptfile: () => "^sl$ libsl0-he*\n",
    lines: () => ["-----> Fetching .debs for ^sl$ libsl0-he*", INSTALLED, /Installing libsl0\w*-heimdal_/],
  },
  {
    rule: "B1: CRLF breaks names",
    aptfile: () => "sl\r\n",
    lines: () => [/E: Unable to locate package sl/, "Windows line ends (CRLF)"],
    status: 100,
  },
];

it.each(rotatingSlice(CASES, 1))("$rule", async ({ aptfile, lines, status = 0 }) => {
  await container.run("rm -rf /tmp/build /tmp/cache; mkdir /tmp/build /tmp/cache");
  await container.putFiles({ "/tmp/build/Aptfile": aptfile() });
  const built = await container.run("/buildpack/bin/compile /tmp/build /tmp/cache /tmp/env", {
    STACK: "heroku-24",
    HOME: "/app",
  });
  for (const line of lines()) expect(built.output).toMatch(line);
  expect(built.status).toBe(status);
  if (status !== 0) return;
  const found = await container.run(
    "ls -l /tmp/build/.apt/usr/games/sl && cat /tmp/build/.profile.d/000_apt.sh",
  );
  expect(found.output).toMatch(/^-rwxr-xr-x/);
  expect(found.output).toContain('export PATH="$HOME/.apt/usr/bin:$PATH"');
});
