import { writeFileSync } from "node:fs";
import { SystemClock } from "../../src/kernel/system-clock.ts";
import { ok } from "../../src/kernel/result.ts";
import { main } from "../../src/cli/main.ts";
import { PROCESSES } from "./process-report.ts";
import { PuppetPlatform } from "../api/puppet-platform.ts";

/**
 * The command line over a puppet platform. PUPPET, comma-separated, says what is special about it:
 * `created` (tells so before anybody listens), `building` (the build does not end),
 * `processes` (its dynos are processes of this machine), `crashed` (a dyno is in its cool-off),
 * `PUPPET_ENGINE` names a file for the engine that was asked for.
 * `noticing` (has something to say when it is opened, and when config vars are set),
 * `releasing` (the release command does not, whatever it is told), `unready`, `stubborn` (stops only when killed), `no-buildpack`, `release-phase-failed`.
 */
const ways = (process.env["PUPPET"] ?? "").split(",");

process.exit(
  await main(process.argv.slice(2), {
    environment: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: new SystemClock(),
    openPlatform: async ({ folder, mode, name, engine, enforcement, onNotice }) => {
      const seen = process.env["PUPPET_ENGINE"];
      if (seen !== undefined) writeFileSync(seen, engine ?? "");
      const platform = new PuppetPlatform(folder, name ?? "example");
      if (ways.includes("noticing")) {
        onNotice("noticed while opening");
        const setConfigVars = platform.setConfigVars.bind(platform);
        platform.setConfigVars = (patch) => {
          onNotice("noticed while working");
          return setConfigVars(patch);
        };
      }
      platform.enforcement = { ...platform.enforcement, ...enforcement };
      if (ways.includes("created")) platform.log("app[api]: Initial release by user me@example.com");
      if (ways.includes("releasing")) platform.deploy = () => new Promise(() => {});
      platform.isReady = mode === "up" && !ways.includes("unready");
      if (ways.includes("crashed")) {
        platform.isReady = false;
        platform.dynoList = platform.dynoList.slice(1, 2).map((dyno) => ({ ...dyno, state: "crashed" }));
      }
      if (ways.includes("processes")) platform.engine = PROCESSES;
      platform.buildsForever = ways.includes("building");
      platform.isStubborn = ways.includes("stubborn");
      if (ways.includes("no-buildpack"))
        platform.refusal = { kind: "no-buildpack", files: [], below: undefined };
      if (ways.includes("release-phase-failed"))
        platform.refusal = { kind: "release-phase-failed", version: 4, status: 1 };
      return ok(platform);
    },
  }),
);
