import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { SystemClock } from "../../src/kernel/system-clock.ts";
import { ensureAuthority } from "../../src/platform/certificates/authority-file.ts";
import { LocalCertificates } from "../../src/platform/certificates/local-certificates.ts";
import { Peer } from "./peer.ts";
import { Rig, type RigOptions } from "./rig.ts";

export const DOMAIN = "www.example.com";

/** A user's state folder with an authority in it; the certificates of one test file come from here. */
export class TestAuthority {
  readonly #folder: string = mkdtempSync(join(tmpdir(), "dynosim-wire-"));
  readonly #environment = { XDG_STATE_HOME: this.#folder };
  readonly certificates: LocalCertificates = new LocalCertificates(
    this.#environment,
    new SystemClock(),
    () => {},
  );

  /** Path of its certificate. */
  get path(): string {
    return join(this.#folder, "dynosim", "certificates", "ca.pem");
  }

  async cert(): Promise<string> {
    const authority = await ensureAuthority(this.#environment, new SystemClock());
    if (!authority.ok) throw new Error(authority.failure.kind);
    return authority.value.cert;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A router that speaks HTTPS, with one custom domain. */
  rig(options: RigOptions = {}): Promise<Rig> {
    return Rig.open({ certificates: this.certificates, customDomains: [DOMAIN], ...options });
  }

  /** A client that trusts this authority; its handshake is over. */
  async connect(rig: Rig, servername: string, options: ConnectionOptions = {}): Promise<TLSSocket> {
    const ca = await this.cert();
    return new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port: rig.port, servername, ca, ...options });
      socket.once("secureConnect", () => resolve(socket));
      socket.once("error", reject);
    });
  }

  async client(rig: Rig, servername: string, text: string, options?: ConnectionOptions): Promise<Peer> {
    const peer = new Peer(await this.connect(rig, servername, options));
    peer.write(text);
    return peer;
  }
}

export function getFrom(host: string, path: string = "/", ...lines: string[]): string {
  return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;
}
