import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hostPuppet, type PuppetHost } from "./puppet-host.ts";

let host: PuppetHost;
beforeAll(async () => {
  host = await hostPuppet();
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
});
beforeEach(() => {
  host.platform.asked.length = 0;
  host.platform.featuresOn = new Set(["preboot"]);
});

describe("features and labs (heroku-cli.md 2)", () => {
  it.each([
    [
      "features",
      "=== App Features ⬢ example\n\n" +
        "[ ] http-session-affinity  Sends a client's requests to the web dyno that served it first\n" +
        "[+] preboot                Starts new web dynos before the old ones stop\n",
      "",
      0,
    ],
    [
      "labs",
      "=== App Features ⬢ example\n\n" +
        "[ ] http-disable-http2              Leaves clients of custom domains with HTTP/1.1\n" +
        "[ ] http-disable-keepalive-to-dyno  Opens a new connection to the dyno for each request\n" +
        "[ ] http-end-to-end-continue        Leaves the answer to Expect: 100-continue to the app\n" +
        "[ ] log-runtime-metrics             Logs load and memory of each dyno about every 20 seconds\n" +
        "[ ] runtime-dyno-build-metadata     Tells dynos what was built in HEROKU_BUILD_ variables\n" +
        "[ ] runtime-dyno-metadata           Tells dynos their app, release and slug in HEROKU_ variables\n",
      "",
      0,
    ],
    [
      "features:info preboot",
      "=== preboot\n\n" +
        "Description: Starts new web dynos before the old ones stop\n" +
        "Docs:        https://devcenter.heroku.com/articles/preboot\n" +
        "Enabled:     true\n" +
        "Here:        In effect from the next release, config change or restart on.\n",
      "",
      0,
    ],
    [
      "labs:enable log-runtime-metrics",
      "",
      "Enabling log-runtime-metrics for ⬢ example... done\n" +
        "In effect for each dyno from its next start on: dynosim ps:restart\n",
      0,
    ],
    [
      "labs:disable http-end-to-end-continue",
      "",
      "Disabling http-end-to-end-continue for ⬢ example... done\nIn effect from the next request on.\n",
      0,
    ],
    [
      "labs:enable http-disable-keepalive-to-dyno",
      "",
      "Enabling http-disable-keepalive-to-dyno for ⬢ example... done\nIn effect from the next request on.\n",
      0,
    ],
    [
      "features:enable preboot",
      "",
      "Enabling preboot for ⬢ example... !\nError: preboot is already enabled.\n",
      1,
    ],
    [
      "features:disable http-session-affinity",
      "",
      "Disabling http-session-affinity for ⬢ example... !\nError: http-session-affinity is already disabled.\n",
      1,
    ],
    [
      "labs:enable prebot",
      "",
      "Enabling prebot for ⬢ example... !\n" +
        "Error: Couldn't find that app feature.\n" +
        "  There is no prebot. Did you mean preboot? There are preboot, http-session-affinity, " +
        "log-runtime-metrics, runtime-dyno-metadata, runtime-dyno-build-metadata, http-end-to-end-continue, " +
        "http-disable-keepalive-to-dyno, http-disable-http2.\n" +
        "  See them: dynosim features, dynosim labs\n",
      1,
    ],
    [
      "labs:enable http-disable-http2",
      "",
      "Enabling http-disable-http2 for ⬢ example... done\n" +
        "In effect for each client from its next connection on.\n",
      0,
    ],
    [
      "labs:enable",
      "",
      "Error: Usage: dynosim labs:enable FEATURE\n  See which there are: dynosim features, dynosim labs\n",
      2,
    ],
  ])("%s", async (line, stdout, stderr, exitCode) => {
    expect(await host.dynosim(line.split(" "))).toEqual({ stdout, stderr, exitCode });
  });

  it("reach the platform by Heroku's paths, and come as JSON", async () => {
    await host.dynosim(["labs:enable", "log-runtime-metrics"]);
    await host.dynosim(["features:disable", "preboot"]);
    expect(host.platform.asked).toEqual([
      { feature: "log-runtime-metrics", enabled: true },
      { feature: "preboot", enabled: false },
    ]);
    const { stdout } = await host.dynosim(["labs", "--json"]);
    const on = (JSON.parse(stdout) as { name: string; enabled: boolean }[]).filter((one) => one.enabled);
    expect(on.map(({ name }) => name)).toEqual(["log-runtime-metrics"]);
  });
});
