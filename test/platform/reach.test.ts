import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { port } from "../../src/kernel/units.ts";
import { reachNotice } from "../../src/platform/listen.ts";
import { addressesFor, isReachedAs, urlsFor } from "../../src/platform/reach.ts";

const MACHINE = hostname().toLowerCase();

describe("--bind", () => {
  it.each([
    [undefined, ["127.0.0.1", "::1"]],
    ["127.0.0.1", ["127.0.0.1", "::1"]],
    ["::1", ["127.0.0.1", "::1"]],
    ["127.0.0.2", ["127.0.0.1", "::1", "127.0.0.2"]],
    ["192.168.1.5", ["127.0.0.1", "::1", "192.168.1.5"]],
    ["0.0.0.0", ["0.0.0.0", "::1"]],
    ["::", ["::"]],
  ])("%s: the router listens on %j", (bind, addresses) => {
    expect(addressesFor(bind).map(({ host }) => host)).toEqual(addresses);
  });

  it.each([
    [undefined, "192.168.1.5", false],
    [undefined, MACHINE, false],
    ["127.0.0.2", "127.0.0.2", true],
    ["127.0.0.2", "192.168.1.5", false],
    ["192.168.1.5", "192.168.1.5", true],
    ["0.0.0.0", "10.1.2.3", true],
    ["::", "fd00::5", true],
    ["0.0.0.0", MACHINE, true],
    ["0.0.0.0", `${MACHINE.split(".")[0]}.local`, true],
    // what a page of somebody else's could make a browser here say: a DNS name that leads to this machine
    ["0.0.0.0", "rebound.example.com", false],
    ["0.0.0.0", "", false],
  ])("%s: a request for %s is one for the app: %s", (bind, host, expected) => {
    expect(isReachedAs(bind, host)).toBe(expected);
  });

  it("an address in a URL is written as a URL has it", () => {
    expect(urlsFor("192.168.1.5", 5000)).toEqual(["http://192.168.1.5:5000"]);
    expect(urlsFor("fd00::5", 5000)).toEqual(["http://[fd00::5]:5000"]);
  });

  it.each([undefined, "127.0.0.1", "127.0.0.2", "::1"])("%s reaches nobody, and nothing is told", (bind) => {
    expect(reachNotice(bind, port(5000))).toBeUndefined();
  });

  it("says who can reach the app, and where", () => {
    expect(reachNotice("192.168.1.5", port(5000))).toBe(
      "--bind 192.168.1.5: others who reach this machine reach the app, at http://192.168.1.5:5000. Nobody asks them who they are. The control API stays on this machine.",
    );
  });
});
