import { apiTime, uuidOf } from "../identity.ts";
import { json, type Resource } from "../exchange.ts";

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
