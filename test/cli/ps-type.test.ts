import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { PuppetPlatform } from "../api/puppet-platform.ts";
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
  host.platform.entries = new PuppetPlatform(host.folder).entries;
});

const ECO = `=== Process Types

 type     size   qty   cost/hour   max cost/month
──────────────────────────────────────────────────
 web      Eco    1
 worker   Eco    1

=== Dyno Totals

 type   total
──────────────
 Eco    2

$5 (flat monthly fee, shared across all Eco dynos)
`;

const BASIC_AND_LARGE = `=== Process Types

 type     size                qty   cost/hour   max cost/month
───────────────────────────────────────────────────────────────
 web      Standard-2X         1     ~$0.069     $50
 worker   Performance-L-RAM   1     ~$0.694     $500

=== Dyno Totals

 type                total
───────────────────────────
 Standard-2X         1
 Performance-L-RAM   1
`;

it.each([
  ["ps:type", ECO, "", 0, []],
  [
    "ps:type web=standard-2x worker=performance-l-ram",
    BASIC_AND_LARGE,
    "Scaling dynos on ⬢ example... done\n",
    0,
    [
      {
        scale: [
          { type: "web", quantity: undefined, size: "standard-2x" },
          { type: "worker", quantity: undefined, size: "performance-l-ram" },
        ],
      },
    ],
  ],
  [
    "ps:type clock=basic",
    "",
    "Error: Type clock not found in process formation.\n  Types: web, worker\n",
    1,
    [],
  ],
])("%s", async (line, stdout, stderr, exitCode, asked) => {
  expect(await host.dynosim(line.split(" "))).toEqual({ stdout, stderr, exitCode });
  expect(host.platform.asked).toEqual(asked);
});

it("ps:type SIZE resizes all, a type without dynos too", async () => {
  host.platform.entries = host.platform.entries.map((one) =>
    one.type === "worker" ? { ...one, quantity: 0 } : one,
  );
  const { stdout } = await host.dynosim(["resize", "basic"]);
  expect(stdout).toContain(
    " web      Basic   1     ~$0.010     $7\n worker   Basic   0     ~$0.010     $0\n",
  );
  expect(stdout).toContain(" Basic   1\n");
});

it("ps:type --json has the price of a month", async () => {
  await host.dynosim(["ps:type", "web=standard-1x"]);
  const { stdout } = await host.dynosim(["ps:type", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject([
    { type: "web", size: "Standard-1X", quantity: 1, dynosim: { monthly: 25 } },
    { type: "worker", size: "Eco", quantity: 1, dynosim: { monthly: 0 } },
  ]);
});

it.each(["ps:type", "ps:scale"])("%s without process types", async (command) => {
  host.platform.entries = [];
  expect(await host.dynosim([command])).toEqual({
    stdout: "",
    stderr:
      "Error: No process types on ⬢ example.\n  Upload a Procfile to add process types.\n" +
      "  https://devcenter.heroku.com/articles/procfile\n",
    exitCode: 1,
  });
});
