import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { domainFacts } from "../api/puppet-platform.ts";
import { COMPILE_CACHE } from "./compile-cache.ts";
import { hostPuppet, runCli, type PuppetHost, type Said } from "./puppet-host.ts";

const BIN = new URL("../../bin/dynosim.js", import.meta.url).pathname;

let host: PuppetHost;
beforeAll(async () => {
  host = await hostPuppet();
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
});
beforeEach(() => {
  host.platform.asked.length = 0;
  host.platform.maintenance = false;
  host.platform.domainList = [domainFacts("example.localhost")];
});

const run = (line: string): Promise<Said> => host.dynosim(line.split(" "));

const add = (...names: readonly string[]): void => {
  host.platform.domainList.push(...names.map((name, index) => domainFacts(name, index + 1)));
};

describe("maintenance (heroku.md 9)", () => {
  it("on, off, and which of the two", async () => {
    expect(await run("maintenance")).toMatchObject({ stdout: "off\n", stderr: "", exitCode: 0 });
    expect(await run("maintenance:on")).toMatchObject({
      stdout: "",
      stderr: "Enabling maintenance mode for ⬢ example... done\n",
      exitCode: 0,
    });
    expect(await run("maintenance")).toMatchObject({ stdout: "on\n", stderr: "", exitCode: 0 });
    expect(JSON.parse((await run("maintenance --json")).stdout)).toEqual({ maintenance: true });
    expect(await run("maintenance:off")).toMatchObject({
      stderr: "Disabling maintenance mode for ⬢ example... done\n",
      exitCode: 0,
    });
    expect(host.platform.asked).toEqual([{ maintenance: true }, { maintenance: false }]);
  });
});

describe("domains (heroku/cli, commands/domains)", () => {
  it("lists the app's own alone", async () => {
    expect(await run("domains")).toMatchObject({
      stdout: "=== example Heroku Domain\n\nexample.localhost\n",
      stderr: "",
      exitCode: 0,
    });
  });

  it("lists those that were added, by name", async () => {
    add("www.example.com", "example.com", "*.example.org");
    expect((await run("domains")).stdout).toBe(
      "=== example Heroku Domain\n\nexample.localhost\n\n=== example Custom Domains\n\n" +
        " Domain Name       DNS Record Type   DNS Target\n" +
        "───────────────────────────────────────────────────────\n" +
        " *.example.org     CNAME             example.localhost\n" +
        " example.com       ALIAS or ANAME    example.localhost\n" +
        " www.example.com   CNAME             example.localhost\n",
    );
    const all = JSON.parse((await run("domains --json")).stdout) as { hostname: string }[];
    expect(all.map(({ hostname }) => hostname)).toEqual([
      "*.example.org",
      "example.com",
      "example.localhost",
      "www.example.com",
    ]);
  });

  it.each([
    [
      "domains:add www.example.com",
      "Configure your app's DNS provider to point to the DNS Target example.localhost.\n",
      "Adding www.example.com to ⬢ example... done\n" +
        'To reach it from this machine: a line "127.0.0.1 www.example.com" in /etc/hosts, or ' +
        "curl --resolve www.example.com:5000:127.0.0.1 http://www.example.com:5000/\n",
      0,
    ],
    [
      "domains:add *.shop.localhost",
      "Configure your app's DNS provider to point to the DNS Target example.localhost.\n",
      "Adding *.shop.localhost to ⬢ example... done\n" +
        "Browsers and curl find www.shop.localhost on this machine by themselves.\n",
      0,
    ],
    [
      "domains:add",
      "",
      "Error: Usage: dynosim domains:add HOSTNAME\n  See which there are: dynosim domains\n",
      2,
    ],
    ["domains:remove old.example.com", "", "Removing old.example.com from ⬢ example... done\n", 0],
    [
      "domains:remove www.example.net",
      "",
      "Removing www.example.net from ⬢ example... !\n" +
        "Error: Couldn't find that domain name.\n" +
        "  The app has no domain www.example.net.\n" +
        "  See them: dynosim domains\n",
      1,
    ],
    [
      "domains:remove",
      "",
      "Error: Usage: dynosim domains:remove HOSTNAME\n  See which there are: dynosim domains\n",
      2,
    ],
    [
      "domains:info OLD.example.com",
      "app:        example\n" +
        "cname:      example.localhost\n" +
        "created_at: 2026-11-20T09:16:30Z\n" +
        "hostname:   old.example.com\n" +
        "id:         00000000-0000-4000-8000-000000000101\n" +
        "kind:       custom\n" +
        "status:     none\n" +
        "updated_at: 2026-11-20T09:16:30Z\n",
      "",
      0,
    ],
    [
      "domains:info x.example.com",
      "",
      "Error: Couldn't find that domain name.\n  The app has no domain x.example.com.\n  See them: dynosim domains\n",
      1,
    ],
    [
      "domains:info",
      "",
      "Error: Usage: dynosim domains:info HOSTNAME\n  See which there are: dynosim domains\n",
      2,
    ],
  ])("%s", async (command, stdout, stderr, exitCode) => {
    add("old.example.com");
    expect(await run(command)).toMatchObject({ stdout, stderr, exitCode });
  });

  it("clears those that were added, and no other", async () => {
    add("a.example.com", "b.example.com");
    expect(await run("domains:clear")).toMatchObject({
      stdout: "",
      stderr: "Removing all domains from ⬢ example... done\n",
      exitCode: 0,
    });
    expect(host.platform.domainList).toEqual([domainFacts("example.localhost")]);
  });

  it("shows as JSON what was added", async () => {
    const { stdout } = await run("domains:add a.example.com --json");
    expect(JSON.parse(stdout)).toEqual(JSON.parse((await run("domains:info a.example.com --json")).stdout));
    expect(JSON.parse(stdout)).toMatchObject({ hostname: "a.example.com", kind: "custom", status: "none" });
  });
});

it("both are kept without a running app, and count from the next up on", async () => {
  const home = mkdtempSync(join(tmpdir(), "dynosim-offline-"));
  const folder = join(home, "shop");
  mkdirSync(folder);
  const environment = {
    HOME: home,
    XDG_STATE_HOME: join(home, "state"),
    DOCKER_HOST: "unix:///nowhere/engine.sock",
    PATH: process.env["PATH"] ?? "",
    ...COMPILE_CACHE,
  };
  const offline = (line: string): Promise<Said> =>
    runCli(BIN, line.split(" "), { input: "", cwd: folder, environment });
  try {
    expect(await offline("maintenance:on")).toEqual({
      stdout: "",
      stderr:
        "Enabling maintenance mode for ⬢ shop... done\n⬢ shop is not up: in effect from the next dynosim up on.\n",
      exitCode: 0,
    });
    expect(await offline("maintenance")).toMatchObject({ stdout: "on\n", exitCode: 0 });
    expect((await offline("domains:add www.example.com")).stderr).toBe(
      "Adding www.example.com to ⬢ shop... done\n" +
        'To reach it from this machine: a line "127.0.0.1 www.example.com" in /etc/hosts, or ' +
        "curl --resolve www.example.com:PORT:127.0.0.1 http://www.example.com:PORT/\n",
    );
    expect((await offline("domains")).stdout).toContain("\n www.example.com   CNAME ");
    // Words of other failures than those above are in test/platform.
    expect((await offline("domains:add 127.0.0.1")).stderr).toContain(
      'Error: "127.0.0.1" is not a domain that can be added.\n',
    );
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
