import type { Platform } from "../../platform/platform.ts";
import type { ControlContext } from "../control.ts";
import { fields } from "../decode.ts";
import { json, type Resource } from "../exchange.ts";
import { apiTime, uuidOf } from "../identity.ts";
import { page } from "../range.ts";
import { invalid } from "../respond.ts";

/** Heroku's app, as far as its official client reads it. heroku-cli.md 2 */
export interface AppBody {
  readonly id: string;
  readonly name: string;
  readonly owner: { readonly id: string; readonly email: string };
  readonly region: { readonly id: string; readonly name: string };
  readonly stack: { readonly id: string; readonly name: string };
  readonly web_url: string | null;
  readonly maintenance: boolean;
  readonly slug_size: number | null;
  /** Not in the schema; the official `ps` asks for hours where it is `eco` or `free`. heroku-cli.md 2 */
  readonly process_tier: string;
  readonly created_at: string;
}

/** The short form that other objects carry. */
export function appReference(platform: Platform): { readonly id: string; readonly name: string } {
  const { instance, name } = platform.app();
  return { id: instance, name };
}

export function ownerReference(platform: Platform): { readonly id: string; readonly email: string } {
  const { owner } = platform.app();
  return { id: uuidOf("account", owner), email: owner };
}

export const showApp: Resource = (request) => json(200, appBody(request));

/** `{"maintenance": true}`: of what Heroku lets change here, this alone. heroku-cli.md 2 */
export const updateApp: Resource = (request) => {
  const { maintenance } = fields(request.body);
  if (typeof maintenance !== "boolean") return invalid("maintenance must be true or false.");
  request.platform.setMaintenance(maintenance);
  return json(200, appBody(request));
};

export const listApps: Resource = (request) =>
  page([appBody(request)], request.headers.range, { id: (app) => app.id, name: (app) => app.name });

function appBody({ platform, url }: ControlContext): AppBody {
  const app = platform.app();
  const stack = { id: uuidOf("stack", app.stack), name: app.stack };
  const released = platform.releases().at(-1)?.createdAt ?? app.createdAt;
  const body = {
    acm: false,
    archived_at: null,
    build_stack: stack,
    buildpack_provided_description: null,
    // not in the schema; without it the official client prints "undefined". heroku-cli.md 2
    create_status: "complete",
    created_at: apiTime(app.createdAt),
    generation: { id: uuidOf("generation", "cedar"), name: "cedar" },
    git_url: `${url.replace(/^http:/, "https:")}/${app.name}.git`,
    id: app.instance,
    internal_routing: false,
    maintenance: app.maintenance,
    name: app.name,
    organization: null,
    process_tier: app.processTier,
    owner: ownerReference(platform),
    region: { id: uuidOf("region", "us"), name: "us" },
    released_at: apiTime(released),
    repo_size: null,
    // the schema wants a whole number; nothing has been measured before the first build
    slug_size: app.slugSize === undefined ? null : app.slugSize,
    space: null,
    stack,
    team: null,
    updated_at: apiTime(released),
    web_url: app.webUrl === undefined ? null : `${app.webUrl}/`,
  };
  return body;
}
