import { apiTime, uuidOf } from "../identity.ts";
import { json, type Resource } from "../exchange.ts";
import { notFound } from "../respond.ts";

/** Dyno hours of the month in seconds, as the official `ps` reads them. */
export interface QuotaBody {
  readonly account_id: string;
  readonly account_quota: number;
  readonly quota_used: number;
  readonly apps: readonly { readonly app_uuid: string; readonly quota_used: number }[];
}

/** The one user of this machine. heroku-cli.md 2 */
export const showAccount: Resource = ({ platform }) => {
  const { owner, createdAt } = platform.app();
  const at = apiTime(createdAt);
  return json(200, {
    allow_tracking: false,
    beta: false,
    country_of_residence: null,
    created_at: at,
    default_organization: null,
    default_team: null,
    delinquent_at: null,
    email: owner,
    federated: false,
    id: uuidOf("account", owner),
    identity_provider: null,
    last_login: at,
    name: null,
    sms_number: null,
    suspended_at: null,
    two_factor_authentication: false,
    updated_at: at,
    verified: true,
  });
};

/** Under the Accept header of a variant of version 3, which is taken whatever it says. heroku-cli.md 2 */
export const showQuota: Resource = ({ platform, params }) => {
  const { instance, owner } = platform.app();
  const account = uuidOf("account", owner);
  if (![account, owner, "~"].includes(params["account"] ?? "")) return notFound("account");
  const { pool, used } = platform.hours();
  const seconds = Math.floor(used / 1000);
  return json(200, {
    account_id: account,
    account_quota: Math.floor(pool / 1000),
    quota_used: seconds,
    apps: [{ app_uuid: instance, quota_used: seconds }],
  } satisfies QuotaBody);
};
