import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { SystemClock } from "../../../src/kernel/system-clock.ts";
import { hours, instant, type Instant } from "../../../src/kernel/units.ts";
import {
  authorityPaths,
  ensureAuthority,
  readAuthority,
  removeAuthority,
} from "../../../src/platform/certificates/authority-file.ts";
import { Home, opensslVerdict } from "./rig.ts";

const clock = new SystemClock();

function clockAt(now: Instant): SystemClock {
  return Object.assign(new SystemClock(), { now: () => now });
}

async function made(home: Home, at: SystemClock = clock): Promise<{ cert: string; key: string }> {
  const authority = await ensureAuthority(home.environment, at);
  if (!authority.ok) throw new Error(authority.failure.kind);
  return authority.value;
}

const MAKE_ONE = `
  import { ensureAuthority } from ${JSON.stringify(new URL("../../../src/platform/certificates/authority-file.ts", import.meta.url).href)};
  import { SystemClock } from ${JSON.stringify(new URL("../../../src/kernel/system-clock.ts", import.meta.url).href)};
  const made = await ensureAuthority(process.env, new SystemClock());
  process.stdout.write(made.value.cert);
`;

describe("the user's authority", () => {
  it("is made once, and is the same afterwards", async () => {
    using home = new Home();
    const first = await made(home);
    expect(await made(home)).toEqual(first);
    expect(readAuthority(home.environment, clock)).toEqual(first);
  });

  it("can be read by its user only", async () => {
    using home = new Home();
    await made(home);
    const { folder, cert, key } = authorityPaths(home.environment);
    const modes = [folder, cert, key].map((path) => (statSync(path).mode & 0o777).toString(8));
    expect(modes).toEqual(["700", "600", "600"]);
    expect(readdirSync(folder).toSorted()).toEqual(["ca-key.pem", "ca.pem"]);
  });

  it("signs servers' certificates and no further authorities", async () => {
    using home = new Home();
    const { cert } = await made(home);
    const certificate = new X509Certificate(cert);
    expect(certificate.ca).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.subject).toContain("CN=dynosim local authority");
    const path = home.file("ca.pem", cert);
    expect(opensslVerdict(path, path, "-check_ss_sig")).toBe("OK");
    expect(certificate.toLegacyObject().raw.toString("latin1")).toContain("\x30\x06\x01\x01\xff\x02\x01\x00");
  });

  it("is one when several ask at once in one process", async () => {
    using home = new Home();
    const all = await Promise.all(Array.from({ length: 5 }, () => made(home)));
    expect(new Set(all.map(({ cert }) => cert)).size).toBe(1);
  });

  it("is one when several processes ask at once", async () => {
    using home = new Home();
    const all = await Promise.all(
      Array.from({ length: 3 }, () =>
        promisify(execFile)(process.execPath, ["--input-type=module", "-e", MAKE_ONE], {
          env: { ...process.env, ...home.environment },
        }),
      ),
    );
    expect(new Set(all.map(({ stdout }) => stdout)).size).toBe(1);
    expect(all[0]?.stdout).toBe(readAuthority(home.environment, clock)?.cert);
  });

  it("is made anew a month before its end", async () => {
    using home = new Home();
    const first = await made(home);
    const end = new X509Certificate(first.cert).validToDate.getTime();
    const before = clockAt(instant(end - hours(31 * 24)));
    expect(await made(home, before)).toEqual(first);
    const near = clockAt(instant(end - hours(29 * 24)));
    const second = await made(home, near);
    expect(second.cert).not.toBe(first.cert);
    expect(await made(home, near)).toEqual(second);
  });

  it.each([
    ["a key of another", "ca-key.pem", async (other: { key: string }) => other.key],
    ["half a certificate", "ca.pem", async (other: { cert: string }) => other.cert.slice(0, 200)],
    ["an empty key", "ca-key.pem", async () => ""],
  ] as const)("is made anew when there is only %s", async (_, file, textOf) => {
    using home = new Home();
    using elsewhere = new Home();
    const first = await made(home);
    const broken = join(authorityPaths(home.environment).folder, file);
    writeFileSync(broken, await textOf(await made(elsewhere)));
    expect(readAuthority(home.environment, clock)).toBeUndefined();
    const second = await made(home);
    expect(second.cert).not.toBe(first.cert);
    expect(readFileSync(authorityPaths(home.environment).cert, "utf8")).toBe(second.cert);
  });

  it("is removed when asked to, once", async () => {
    using home = new Home();
    await made(home);
    expect(removeAuthority(home.environment)).toBe(true);
    expect(removeAuthority(home.environment)).toBe(false);
    expect(readAuthority(home.environment, clock)).toBeUndefined();
  });

  it("cannot be made where a file is in the way, and says so", async () => {
    using home = new Home();
    mkdirSync(join(home.folder, "dynosim"));
    writeFileSync(authorityPaths(home.environment).folder, "");
    chmodSync(authorityPaths(home.environment).folder, 0o600);
    const asked = await ensureAuthority(home.environment, clock);
    expect(asked).toMatchObject({ ok: false, failure: { kind: "certificates-unwritable" } });
  });
});
