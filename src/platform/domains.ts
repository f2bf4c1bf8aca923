import { randomUUID } from "node:crypto";
import { covers, hostName } from "../heroku/host-names.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { Instant } from "../kernel/units.ts";
import type { App } from "./app.ts";
import type { PlatformFailure } from "./failure.ts";
import type { StoredDomain } from "./state.ts";

export interface DomainFacts {
  readonly id: string;
  readonly hostname: string;
  /** `heroku`: the name that the app has by itself. */
  readonly kind: "heroku" | "custom";
  /** Where a DNS record for it would point; undefined for the app's own. */
  readonly cname: string | undefined;
  readonly createdAt: Instant;
}

/** Names of this machine: on Heroku nobody has them, here they are the shortest way to the app. issue A 8 */
const LOOPBACK: readonly string[] = ["localhost", "127.0.0.1", "::1"];

/** What `<app>.herokuapp.com` is on Heroku. */
export function ownDomain({ name }: Pick<App, "name">): string {
  return `${name}.localhost`;
}

/** Whether a request for this host name (lower case, no port) is one for the app. */
export function isHostOf(app: App, hostname: string): boolean {
  return hostname === ownDomain(app) || LOOPBACK.includes(hostname) || isCustomDomainOf(app, hostname);
}

/** Whether it is so because of `domains:add`. */
export function isCustomDomainOf({ state }: App, hostname: string): boolean {
  return state.domains.some((domain) => covers(domain.hostname, hostname));
}

/** The app's own first, then those that were added, in that order. */
export function domainsOf(app: App): readonly DomainFacts[] {
  const { instance, createdAt, domains } = app.state;
  const own = ownDomain(app);
  return [
    { id: instance, hostname: own, kind: "heroku", cname: undefined, createdAt },
    ...domains.map((domain): DomainFacts => ({ ...domain, kind: "custom", cname: own })),
  ];
}

/** Kept at once, and answered to from the next request on. */
export function addDomain(app: App, text: string): Result<DomainFacts, PlatformFailure> {
  const hostname = hostName(text);
  if (hostname === undefined) return fail({ kind: "bad-domain", hostname: text });
  if (domainsOf(app).some((domain) => domain.hostname === hostname))
    return fail({ kind: "domain-taken", hostname });
  const domain: StoredDomain = { id: randomUUID(), hostname, createdAt: app.now() };
  app.change({ domains: [...app.state.domains, domain] });
  return ok({ ...domain, kind: "custom", cname: ownDomain(app) });
}

/** By name or by id. */
export function removeDomain(app: App, text: string): Result<DomainFacts, PlatformFailure> {
  const found = domainNamed(domainsOf(app), text);
  if (found === undefined) return fail({ kind: "unknown-domain", hostname: text });
  if (found.kind === "heroku") return fail({ kind: "own-domain", hostname: found.hostname });
  app.change({ domains: app.state.domains.filter(({ id }) => id !== found.id) });
  return ok(found);
}

export function domainNamed(domains: readonly DomainFacts[], text: string): DomainFacts | undefined {
  const name = text.toLowerCase();
  return domains.find(({ id, hostname }) => id === text || hostname === name);
}
