import { domainNamed, type DomainFacts } from "../../platform/domains.ts";
import type { Platform } from "../../platform/platform.ts";
import { fields, text } from "../decode.ts";
import { json, type Resource } from "../exchange.ts";
import { apiTime } from "../identity.ts";
import { page } from "../range.ts";
import { invalid, refused } from "../respond.ts";
import { appReference } from "./app.ts";

/** Heroku's domain. */
export interface DomainBody {
  readonly acm_status: null;
  readonly acm_status_reason: null;
  readonly app: { readonly id: string; readonly name: string };
  readonly cname: string | null;
  readonly created_at: string;
  readonly hostname: string;
  readonly id: string;
  readonly kind: DomainFacts["kind"];
  readonly sni_endpoint: null;
  /** `none`: there is no DNS to wait for. heroku-cli.md 2 */
  readonly status: "none" | "succeeded";
  readonly updated_at: string;
}

export const listDomains: Resource = ({ platform, headers }) =>
  page(
    platform.domains().map((domain) => domainBody(platform, domain)),
    headers.range,
    { id: (domain) => domain.id, hostname: (domain) => domain.hostname },
  );

export const showDomain: Resource = ({ platform, params }) => {
  const hostname = params["domain"] ?? "";
  const domain = domainNamed(platform.domains(), hostname);
  return domain === undefined
    ? refused({ kind: "unknown-domain", hostname })
    : json(200, domainBody(platform, domain));
};

/** `{"hostname": "www.example.com", "sni_endpoint": null}` */
export const createDomain: Resource = ({ platform, body }) => {
  const hostname = text(fields(body)["hostname"]);
  if (hostname === undefined) return invalid("hostname must be a domain.");
  const added = platform.addDomain(hostname);
  return added.ok ? json(201, domainBody(platform, added.value)) : refused(added.failure);
};

export const removeDomain: Resource = ({ platform, params }) => {
  const removed = platform.removeDomain(params["domain"] ?? "");
  return removed.ok ? json(200, domainBody(platform, removed.value)) : refused(removed.failure);
};

/** The official client asks for these before it adds a domain; a name here needs none. heroku-cli.md 2 */
export const listSniEndpoints: Resource = () => json(200, []);

function domainBody(platform: Platform, domain: DomainFacts): DomainBody {
  const at = apiTime(domain.createdAt);
  return {
    acm_status: null,
    acm_status_reason: null,
    app: appReference(platform),
    cname: domain.cname ?? null,
    created_at: at,
    hostname: domain.hostname,
    id: domain.id,
    kind: domain.kind,
    sni_endpoint: null,
    status: domain.kind === "heroku" ? "succeeded" : "none",
    updated_at: at,
  };
}
