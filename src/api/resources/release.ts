import type { Platform, Release } from "../../platform/platform.ts";
import { fields, reference } from "../decode.ts";
import { json, type Resource } from "../exchange.ts";
import { apiTime, uuidOf } from "../identity.ts";
import { page } from "../range.ts";
import { notFound, refused } from "../respond.ts";
import { appReference } from "./app.ts";

export interface ReleaseBody {
  readonly addon_plan_names: readonly string[];
  readonly app: { readonly id: string; readonly name: string };
  readonly artifacts: readonly never[];
  readonly created_at: string;
  readonly current: boolean;
  readonly description: string;
  readonly eligible_for_rollback: boolean;
  readonly id: string;
  readonly output_stream_url: string | null;
  readonly slug: { readonly id: string } | null;
  readonly status: string;
  readonly updated_at: string;
  readonly user: { readonly id: string; readonly email: string };
  readonly version: number;
}

export const listReleases: Resource = ({ platform, headers }) =>
  page(
    platform.releases().map((release) => releaseBody(platform, release)),
    headers.range,
    { version: (release) => release.version, id: (release) => release.id },
  );

export const showRelease: Resource = ({ platform, params }) => {
  const release = findRelease(platform, params["release"] ?? "");
  return release === undefined ? notFound("release") : json(200, releaseBody(platform, release));
};

export const showReleaseConfigVars: Resource = ({ platform, params }) => {
  const release = findRelease(platform, params["release"] ?? "");
  return release === undefined ? notFound("release") : json(200, release.configVars);
};

/** `{"release": "UUID"}`, also a version; without one, the release before the current one. */
export const rollBack: Resource = async ({ platform, body }) => {
  const wanted = reference(fields(body)["release"]);
  const release = wanted === undefined ? undefined : findRelease(platform, wanted);
  if (wanted !== undefined && release === undefined) return notFound("release");
  const rolled = await platform.rollback(release?.version);
  return rolled.ok ? json(201, releaseBody(platform, rolled.value)) : refused(rolled.failure);
};

function findRelease(platform: Platform, idOrVersion: string): Release | undefined {
  const version = Number(/^v?(\d+)$/.exec(idOrVersion)?.[1]);
  return platform.releases().find((release) => release.id === idOrVersion || release.version === version);
}

function releaseBody(platform: Platform, release: Release): ReleaseBody {
  const current = platform.releases().findLast(({ status }) => status === "succeeded");
  return {
    addon_plan_names: [],
    app: appReference(platform),
    artifacts: [],
    created_at: apiTime(release.createdAt),
    current: release.version === current?.version,
    description: release.description,
    eligible_for_rollback: release.status === "succeeded" && release.slug !== undefined,
    id: release.id,
    output_stream_url: null,
    slug: release.slug === undefined ? null : { id: uuidOf("slug", release.slug.image) },
    status: release.status,
    updated_at: apiTime(release.createdAt),
    user: { id: uuidOf("account", release.user), email: release.user },
    version: release.version,
  };
}
