import { afterAll, beforeAll, expect, it } from "vitest";
import { COMMAND_GROUPS, COMMANDS } from "../../src/cli/command-table.ts";
import { hostPuppet, type PuppetHost } from "./puppet-host.ts";

let host: PuppetHost;
beforeAll(async () => {
  host = await hostPuppet();
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
});

it("--help lists the commands by subject, without what each takes", async () => {
  const { stdout } = await host.dynosim(["--help"]);
  const sections = stdout.split("\n\n");
  for (const { heading, rows } of COMMAND_GROUPS) {
    const section = sections.find((text) => text.startsWith(`${heading}\n`)) ?? "";
    const named = [...section.matchAll(/^ {2}(\S+?)(?:,| {2})/gm)].map(([, name]) => name);
    expect(named.filter((name) => name !== "version" && name !== "help")).toEqual(
      rows.map(({ name }) => name).filter((name) => name !== "version"),
    );
    expect(section).not.toContain("[options]");
  }
});

it.each(COMMANDS.map(({ name, example }) => [name, example] as const))(
  "%s --help has an example of it",
  async (name, example) => {
    const { stdout } = await host.dynosim([name, "--help"]);
    expect(stdout).toMatch(new RegExp(`^Usage: dynosim ${name}[| ]`));
    expect(stdout).toContain(`\nExample:\n  ${example}\n`);
  },
);
