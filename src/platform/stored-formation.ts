import { formationFor } from "../formation/named-types.ts";
import type { Wanted } from "../formation/wanted.ts";
import { RELEASE } from "../heroku/names.ts";
import { ok, type Result } from "../kernel/result.ts";
import type { Slug } from "../release/slug.ts";
import type { App } from "./app.ts";
import { wantedOf } from "./dyno-types.ts";
import type { PlatformFailure } from "./failure.ts";
import type { DeployOptions } from "./platform.ts";

/**
 * What a deploy asks to run, stored. Of the types of the slug that comes into force: the stored formation lacks new
 * ones and still has old ones.
 */
export function wantFormation(
  app: App,
  asked: DeployOptions["formation"],
  slug: Slug,
): Result<void, PlatformFailure> {
  const types = Object.keys(slug.processTypes).filter((type) => type !== RELEASE);
  const wanted = formationFor(asked, wantedOf(app.state, types));
  if (!wanted.ok) return wanted;
  storeFormation(app, wanted.value);
  return ok();
}

/** Process types that are not named keep what they have. */
export function storeFormation(app: App, wanted: readonly Wanted[]): void {
  const entries = wanted.map(({ type, quantity, size }) => [type, { quantity, size: size.name }]);
  app.change({ formation: { ...app.state.formation, ...Object.fromEntries(entries) } });
}
