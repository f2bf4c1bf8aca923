import type { webcrypto } from "node:crypto";
import type { Clock } from "../../kernel/clock.ts";
import { after, between, hours, type Instant, type Millis } from "../../kernel/units.ts";
import type { Certificate, Certificates } from "../../router/certificates.ts";
import { explain } from "../explain.ts";
import { newKeys, privatePem } from "./authority.ts";
import { ensureAuthority } from "./authority-file.ts";
import { issueLeaf, LEAF_LIFETIME } from "./leaf.ts";

/** With less time than this left, the next client gets a new one. */
const NEAR_END: Millis = hours(24);
/** A wildcard domain has as many names as a client can think of; the one longest not asked for makes room. */
const MOST_NAMES = 200;

interface Issued {
  readonly certificate: Promise<Certificate | undefined>;
  readonly at: Instant;
}

/** Certificates of the user's own authority, made when first asked for and kept in memory only. */
export class LocalCertificates implements Certificates {
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #clock: Clock;
  readonly #onNotice: (line: string) => void;
  readonly #issued = new Map<string, Issued>();
  #keys: Promise<webcrypto.CryptoKeyPair> | undefined;
  #isTroubleTold = false;

  constructor(
    environment: Readonly<Record<string, string | undefined>>,
    clock: Clock,
    onNotice: (line: string) => void,
  ) {
    this.#environment = environment;
    this.#clock = clock;
    this.#onNotice = onNotice;
  }

  certificateFor(name: string): Promise<Certificate | undefined> {
    const known = this.#issued.get(name);
    const now = this.#clock.now();
    this.#issued.delete(name);
    const isGood = known !== undefined && between(now, after(known.at, LEAF_LIFETIME)) > NEAR_END;
    const issued = isGood ? known : { certificate: this.#issueOrForget(name, now), at: now };
    this.#issued.set(name, issued);
    const [oldest] = this.#issued.keys();
    if (oldest !== undefined && this.#issued.size > MOST_NAMES) this.#issued.delete(oldest);
    return issued.certificate;
  }

  /** What went wrong is tried again by the next client. */
  async #issueOrForget(name: string, now: Instant): Promise<Certificate | undefined> {
    let certificate: Certificate | undefined;
    try {
      certificate = await this.#issue(name, now);
    } finally {
      if (certificate === undefined) this.#issued.delete(name);
    }
    return certificate;
  }

  async #issue(name: string, now: Instant): Promise<Certificate | undefined> {
    const authority = await ensureAuthority(this.#environment, this.#clock);
    if (!authority.ok) {
      const { title, body } = explain(authority.failure);
      // one handshake after another would fail with the same words
      if (!this.#isTroubleTold) this.#onNotice(`HTTPS has no certificate. ${title} ${body}`.trim());
      this.#isTroubleTold = true;
      return undefined;
    }
    this.#keys ??= newKeys();
    const keys = await this.#keys;
    return { cert: await issueLeaf(authority.value, keys, name, now), key: await privatePem(keys) };
  }
}
