import { X509Certificate } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SystemClock } from "../../../src/kernel/system-clock.ts";
import { after, hours, type Instant } from "../../../src/kernel/units.ts";
import { authorityPaths, readAuthority } from "../../../src/platform/certificates/authority-file.ts";
import { LocalCertificates } from "../../../src/platform/certificates/local-certificates.ts";
import { Home, opensslVerdict } from "./rig.ts";

/** Begins at this moment and moves when told to. */
class Watch extends SystemClock {
  #now: Instant = super.now();
  override now(): Instant {
    return this.#now;
  }
  move(count: number): void {
    this.#now = after(this.#now, hours(count));
  }
}

function certificatesOf(home: Home, clock: SystemClock = new SystemClock()): LocalCertificates {
  return new LocalCertificates(home.environment, clock, () => {});
}

async function leafFor(certificates: LocalCertificates, name: string): Promise<X509Certificate> {
  const { cert = "" } = (await certificates.certificateFor(name)) ?? {};
  return new X509Certificate(cert);
}

describe("a certificate for a host name", () => {
  it.each([
    ["localhost", ["localhost", "127.0.0.1", "::1"]],
    ["my-app.localhost", ["my-app.localhost"]],
    ["www.example.com", ["www.example.com"]],
    ["*.example.com", ["any.example.com"]],
    ["a_b.example.com", ["a_b.example.com"]],
    [`${"long-label.".repeat(10)}example.com`, [`${"long-label.".repeat(10)}example.com`]],
  ])("for %s satisfies openssl, strictly, and Node", async (name, covered) => {
    using home = new Home();
    const certificates = certificatesOf(home);
    const leaf = await leafFor(certificates, name);
    const authority = readAuthority(home.environment, new SystemClock());
    const authorityPath = home.file("authority.pem", authority?.cert ?? "");
    const leafPath = home.file("leaf.pem", leaf.toString());
    for (const host of covered) {
      const check = /^[\d.]+$|:/.test(host) ? "-verify_ip" : "-verify_hostname";
      expect(opensslVerdict(authorityPath, leafPath, "-purpose", "sslserver", check, host)).toBe("OK");
    }
    expect(opensslVerdict(authorityPath, leafPath, "-verify_hostname", "other.test")).toContain("mismatch");
    expect(leaf.checkIssued(new X509Certificate(authority?.cert ?? ""))).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
  });

  it("lives a week, and begins an hour ago for clocks that lag", async () => {
    using home = new Home();
    const clock = new Watch();
    const leaf = await leafFor(certificatesOf(home, clock), "localhost");
    const hour = hours(1);
    expect(Math.round((leaf.validToDate.getTime() - clock.now()) / hour)).toBe(7 * 24);
    expect(Math.round((clock.now() - leaf.validFromDate.getTime()) / hour)).toBe(1);
  });

  it("is kept, and made anew a day before its end", async () => {
    using home = new Home();
    const clock = new Watch();
    const certificates = certificatesOf(home, clock);
    const first = await certificates.certificateFor("localhost");
    clock.move(5.9 * 24);
    expect(await certificates.certificateFor("localhost")).toBe(first);
    clock.move(0.2 * 24);
    const second = await certificates.certificateFor("localhost");
    expect(second).not.toBe(first);
    expect(second?.cert).not.toBe(first?.cert);
    expect(await certificates.certificateFor("localhost")).toBe(second);
  });

  it("is made once when many ask at the same moment", async () => {
    using home = new Home();
    const certificates = certificatesOf(home);
    const asked = ["a.localhost", "b.localhost", "a.localhost", "a.localhost"];
    const given = await Promise.all(asked.map((name) => certificates.certificateFor(name)));
    expect(new Set(given).size).toBe(2);
  });

  it("makes room when there are too many names; those in use stay", async () => {
    using home = new Home();
    const certificates = certificatesOf(home);
    const used = await certificates.certificateFor("used.example.com");
    const unused = await certificates.certificateFor("unused.example.com");
    for (let index = 0; index < 205; index++) {
      await certificates.certificateFor(`${index}.example.com`);
      expect(await certificates.certificateFor("used.example.com")).toBe(used);
    }
    expect(await certificates.certificateFor("unused.example.com")).not.toBe(unused);
  });

  it("is none, told once, where the authority cannot be kept; and one as soon as it can", async () => {
    using home = new Home();
    mkdirSync(join(home.folder, "dynosim"));
    const { folder } = authorityPaths(home.environment);
    writeFileSync(folder, "");
    const told: string[] = [];
    const certificates = new LocalCertificates(home.environment, new SystemClock(), (line) =>
      told.push(line),
    );
    expect(await certificates.certificateFor("localhost")).toBeUndefined();
    expect(await certificates.certificateFor("localhost")).toBeUndefined();
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`HTTPS has no certificate. ${folder} cannot be written to.`);
  });
});
