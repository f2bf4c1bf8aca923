import { FEATURES } from "../../heroku/features.ts";
import type { FeatureFacts, Platform } from "../../platform/platform.ts";
import { fields } from "../decode.ts";
import { json, type Resource } from "../exchange.ts";
import { apiTime, uuidOf } from "../identity.ts";
import { page } from "../range.ts";
import { invalid, refused } from "../respond.ts";

export interface FeatureBody {
  readonly created_at: string;
  readonly description: string;
  readonly display_name: string;
  readonly doc_url: string;
  readonly enabled: boolean;
  readonly feedback_email: string | null;
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly updated_at: string;
  /** Ours: when a change of it shows. */
  readonly dynosim: { readonly effect: FeatureFacts["effect"] };
}

export const listFeatures: Resource = ({ platform, headers }) =>
  page(
    platform.features().map((feature) => featureBody(platform, feature)),
    headers.range,
    { name: (feature) => feature.name, id: (feature) => feature.id },
  );

export const showFeature: Resource = ({ platform, params }) => {
  const feature = findFeature(platform, params["feature"] ?? "");
  return feature === undefined ? unknown(params["feature"] ?? "") : json(200, featureBody(platform, feature));
};

/** `{"enabled": true}` */
export const updateFeature: Resource = ({ platform, params, body }) => {
  const { enabled } = fields(body);
  if (typeof enabled !== "boolean") return invalid("enabled must be true or false.");
  const wanted = params["feature"] ?? "";
  const set = platform.setFeature(findFeature(platform, wanted)?.name ?? wanted, enabled);
  return set.ok ? json(200, featureBody(platform, set.value)) : refused(set.failure);
};

/** The user has none; one by name is not found, which tells the official client to ask the app. heroku-cli.md 5 */
export const listAccountFeatures: Resource = () => json(200, []);

function findFeature(platform: Platform, idOrName: string): FeatureFacts | undefined {
  return platform.features().find(({ name }) => name === idOrName || uuidOf("feature", name) === idOrName);
}

function unknown(name: string): ReturnType<typeof refused> {
  return refused({ kind: "unknown-feature", name, known: Object.keys(FEATURES) });
}

function featureBody(platform: Platform, feature: FeatureFacts): FeatureBody {
  const at = apiTime(platform.app().createdAt);
  return {
    created_at: at,
    description: feature.description,
    display_name: feature.name,
    doc_url: feature.docs,
    enabled: feature.enabled,
    feedback_email: null,
    id: uuidOf("feature", feature.name),
    name: feature.name,
    state: feature.state,
    updated_at: at,
    dynosim: { effect: feature.effect },
  };
}
