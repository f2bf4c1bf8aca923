import { FEATURES, featureNamed, type Feature } from "../heroku/features.ts";
import { WEB } from "../heroku/names.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { App } from "./app.ts";
import type { PlatformFailure } from "./failure.ts";

export interface FeatureFacts extends Feature {
  readonly enabled: boolean;
}

/** All features there are, by name. */
export function featuresOf(app: App): readonly FeatureFacts[] {
  return Object.values(FEATURES)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((feature) => ({ ...feature, enabled: app.hasFeature(feature.name) }));
}

/** Kept at once; nothing restarts for it. heroku.md 2.7 */
export function setFeature(app: App, name: string, enabled: boolean): Result<FeatureFacts, PlatformFailure> {
  const feature = featureNamed(name);
  if (feature === undefined) return fail({ kind: "unknown-feature", name, known: Object.keys(FEATURES) });
  const web = app.sizeOf(WEB);
  if (feature.name === "preboot" && enabled && !web.preboot)
    return fail({ kind: "preboot-unavailable", size: web.label });
  const others = app.state.features.filter((one) => one !== feature.name);
  app.change({ features: enabled ? [...others, feature.name] : others });
  return ok({ ...feature, enabled });
}
