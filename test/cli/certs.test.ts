import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hostPuppet, runCli, type PuppetHost } from "./puppet-host.ts";

let host: PuppetHost;
beforeAll(async () => (host = await hostPuppet()));
afterAll(async () => host[Symbol.asyncDispose]());

const NONE =
  "No certificate authority yet. It is made with the first request over HTTPS,\nor now: dynosim certs:trust\n";

/** In the order of a user's day: each goes on where the one before left off. */
describe("certs, from anywhere, without an app", () => {
  const path = (): string => join(host.environment["XDG_STATE_HOME"] ?? "", "dynosim/certificates/ca.pem");
  const ask = (...words: string[]): ReturnType<PuppetHost["dynosim"]> => host.dynosim(words, { cwd: "/" });

  it("say that there is none yet, and make none", async () => {
    expect(await ask("certs")).toEqual({ stdout: NONE, stderr: "", exitCode: 0 });
    expect((await ask("certs", "--json")).stdout).toBe("null\n");
    expect(existsSync(path())).toBe(false);
  });

  it("certs:trust makes one, shows who can trust it how, and changes nothing", async () => {
    const { stdout, stderr, exitCode } = await ask("certs:trust");
    const { fingerprint256, validTo } = new X509Certificate(readFileSync(path()));
    const until = `${new Date(validTo).toISOString().slice(0, 19).replaceAll("-", "/").replace("T", " ")} +0000`;
    expect(stdout).toContain(
      `=== Local certificate authority\n\nCertificate: ${path()}\nFingerprint: SHA-256 ${fingerprint256}\n` +
        `Valid Until: ${until}\nThis System: does not trust it (how to change that: dynosim certs:trust)\n\n` +
        "Nothing has been changed. To have it trusted by\n",
    );
    const ways = stdout.split("\n").filter((line) => line.startsWith("  "));
    expect(ways.slice(0, 5).map((line) => line.trim().replace(/\s{2,}/g, " | "))).toEqual([
      `curl | curl --cacert ${path()} https://...`,
      `Node | export NODE_EXTRA_CA_CERTS=${path()}`,
      `Python | export SSL_CERT_FILE=${path()} (in place of its own list; requests: REQUESTS_CA_BUNDLE)`,
      `Chromium | certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n dynosim -i ${path()}`,
      `Firefox | Settings, Privacy & Security, View Certificates, Authorities, Import: ${path()}`,
    ]);
    expect(ways[5]).toMatch(/ sudo (install -m 644|security add-trusted-cert) /);
    expect([stderr, exitCode]).toEqual(["", 0]);
  });

  it("tell of it, also as JSON", async () => {
    const { stdout } = await ask("certs");
    expect(stdout).toContain(`Certificate: ${path()}\n`);
    const facts = JSON.parse((await ask("certs", "--json")).stdout) as Record<string, unknown>;
    const { fingerprint256 } = new X509Certificate(readFileSync(path()));
    expect(facts).toMatchObject({
      certificate: path(),
      key: path().replace("ca.pem", "ca-key.pem"),
      fingerprint: fingerprint256,
      trusted_by_system: false,
    });
    expect(Object.keys(facts)).toContain("valid_until");
  });

  it("certs:trust --system under sudo is refused: it would be root's own authority", async () => {
    const bin = new URL("../../bin/dynosim.js", import.meta.url).pathname;
    const said = await runCli(bin, ["certs:trust", "--system"], {
      input: "",
      cwd: "/",
      environment: { ...host.environment, SUDO_USER: "me" },
    });
    expect(said).toEqual({
      stdout: "",
      stderr:
        "Error: With sudo this would be another user's authority.\n  What to type: dynosim certs:trust\n",
      exitCode: 1,
    });
  });

  it("certs:remove removes it, once", async () => {
    expect((await ask("certs:remove")).stdout).toBe(
      "The certificate authority and its key are removed; the next request over HTTPS makes new ones.\n" +
        "Apps that are up keep the certificates they have until they are started anew.\n",
    );
    expect(existsSync(path())).toBe(false);
    expect((await ask("certs:remove")).stdout).toBe("There is no certificate authority.\n");
    expect((await ask("certs")).stdout).toBe(NONE);
  });
});
