import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  addToSystem,
  removeFromSystem,
  systemTrust,
} from "../../../src/platform/certificates/system-trust.ts";
import { Home } from "./rig.ts";

describe("a system's list of authorities", () => {
  it.each([
    ["usr/local/share/ca-certificates", ["update-ca-certificates"], ["update-ca-certificates", "--fresh"]],
    ["etc/pki/ca-trust/source/anchors", ["update-ca-trust"], ["update-ca-trust"]],
    ["etc/ca-certificates/trust-source/anchors", ["update-ca-trust"], ["update-ca-trust"]],
  ])("is told by %s: a file for all to read, and a command", (folder, add, remove) => {
    using home = new Home();
    mkdirSync(join(home.folder, folder), { recursive: true });
    const certificate = home.file("ca.pem", "of this user");
    chmodSync(certificate, 0o600);
    const trust = systemTrust(home.folder);
    if (trust === undefined) throw new Error("no list");
    expect(trust.file).toBe(join(home.folder, folder, "dynosim.crt"));
    const called: string[][] = [];
    const call = (command: string, words: readonly string[]): number => called.push([command, ...words]);

    addToSystem(trust, certificate, call);
    expect(readFileSync(trust.file, "utf8")).toBe("of this user");
    expect((statSync(trust.file).mode & 0o777).toString(8)).toBe("644");
    expect(removeFromSystem(trust, call)).toBe(true);
    expect(existsSync(trust.file)).toBe(false);
    expect(removeFromSystem(trust, call)).toBe(false);
    expect(called).toEqual([add, remove]);
  });

  it("is not known where there is no such folder", () => {
    using home = new Home();
    expect(systemTrust(home.folder)).toBeUndefined();
  });
});
