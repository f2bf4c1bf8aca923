import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Options } from "../../src/cli/command.ts";
import { switchOption } from "../../src/cli/switch-option.ts";
import { hostPuppet, type PuppetHost } from "./puppet-host.ts";

let host: PuppetHost;
beforeAll(async () => void (host = await hostPuppet()));
afterAll(() => host[Symbol.asyncDispose]());

const asked = (...texts: string[]): ReturnType<typeof switchOption> =>
  switchOption(new Options({ switch: texts }));

describe("--switch", () => {
  it("takes on, off, and era for what the era has", () => {
    expect(asked("route-times=on", "network-error-logging=off", "stuck-after-clean-idle-exit=era")).toEqual({
      ok: true,
      value: {
        "route-times": true,
        "network-error-logging": false,
        "stuck-after-clean-idle-exit": undefined,
      },
    });
    expect(asked()).toEqual({ ok: true, value: {} });
  });

  it("names the nearest, and what there is with its source", () => {
    expect(asked("stuck-after-clean-exit=on")).toEqual({
      ok: false,
      failure: {
        title:
          '"stuck-after-clean-exit" is no fact of the era that can be set by itself. Did you mean stuck-after-clean-idle-exit?',
        body: expect.stringContaining(
          "stuck-after-clean-idle-exit: an app whose web process answers the idle SIGTERM with status 0 is not woken again (field report of 2020, design.md 4)\n",
        ),
        next: "For example: dynosim up --switch stuck-after-clean-idle-exit=on",
        exitCode: 2,
      },
    });
  });

  it("wants a value", () => {
    expect(asked("route-times")).toMatchObject({
      failure: { title: 'route-times is on, off or era, not "".', exitCode: 2 },
    });
  });

  it("shows in info", async () => {
    const { stdout } = await host.dynosim(["info"]);
    expect(stdout).toMatch(/^Era: +now \(stuck-after-clean-idle-exit on\)$/m);
    const { stdout: body } = await host.dynosim(["info", "--json"]);
    expect((JSON.parse(body) as { app: object }).app).toMatchObject({
      era: "now",
      switches: { "stuck-after-clean-idle-exit": true },
    });
  });
});
