import type { Instant } from "../kernel/units.ts";
import type { MetadataFeature } from "../heroku/features.ts";
import type { Slug } from "./slug.ts";

/** heroku.md 6.5 */
export type ReleaseStatus = "pending" | "succeeded" | "failed";

/** Slug + config vars. Immutable but for its status; v1 and v2 have no slug, as on Heroku. heroku.md 2.8 */
export interface Release {
  /** UUID. */
  readonly id: string;
  readonly version: number;
  readonly description: string;
  readonly user: string;
  readonly createdAt: Instant;
  readonly status: ReleaseStatus;
  readonly slug: Slug | undefined;
  readonly configVars: Readonly<Record<string, string>>;
  /** What its dynos are told of themselves; undefined: nothing, as in releases before that was known. heroku.md 5.2 */
  readonly metadata?: readonly MetadataFeature[] | undefined;
}
