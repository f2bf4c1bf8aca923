import type { Instant } from "../kernel/units.ts";
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
}
