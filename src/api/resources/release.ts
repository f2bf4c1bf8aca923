import type { Platform, Release } from "../../platform/platform.ts";
import { fields, reference } from "../decode.ts";
import { json, type Answer, type ApiRequest, type Resource } from "../exchange.ts";
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
  /** dynosim's own: config vars that took part in the build of this release's slug, with another value. */
  readonly changed_since_build: readonly string[];
}

export const listReleases: Resource = (request) =>
  page(
    request.platform.releases().map((release) => releaseBody(request, release)),
    request.headers.range,
    { version: (release) => release.version, id: (release) => release.id },
  );

export const showRelease: Resource = (request) => {
  const release = findRelease(request.platform, request.params["release"] ?? "");
  return release === undefined ? notFound("release") : json(200, releaseBody(request, release));
};

export const showReleaseConfigVars: Resource = ({ platform, params }) => {
  const release = findRelease(platform, params["release"] ?? "");
  return release === undefined ? notFound("release") : json(200, release.configVars);
};

/**
 * `{"release": "UUID"}`, also a version, rolls back; without one, to the release before the current one. `{"slug": "UUID"}`
 * makes a release of the newest release with that slug, which is how the official client retries a release command.
 */
export const createRelease: Resource = (request) => {
  const { slug, release } = fields(request.body);
  const [slugId, wanted] = [reference(slug), reference(release)];
  return slugId === undefined || wanted !== undefined ? rollBack(request, wanted) : retry(request, slugId);
};

async function rollBack(request: ApiRequest, wanted: string | undefined): Promise<Answer> {
  const { platform } = request;
  const release = wanted === undefined ? undefined : findRelease(platform, wanted);
  if (wanted !== undefined && release === undefined) return notFound("release");
  const rolled = await platform.rollback(release?.version);
  return rolled.ok ? json(201, releaseBody(request, rolled.value)) : refused(rolled.failure);
}

async function retry(request: ApiRequest, slugId: string): Promise<Answer> {
  const { platform } = request;
  const former = platform.releases().findLast((release) => slugIdOf(release) === slugId);
  if (former === undefined) return notFound("slug");
  const retried = await platform.retryRelease(former.version);
  return retried.ok ? json(201, releaseBody(request, retried.value)) : refused(retried.failure);
}

/** What the release command wrote; the URL carries a secret, for it is read without a token. heroku-cli.md 2 */
export const streamReleaseOutput: Resource = ({ platform, releaseOutputs, params }) => {
  const release = releaseOutputs.find(params["secret"] ?? "");
  const output = release === undefined ? undefined : platform.releaseOutput(release);
  if (output === undefined) return notFound("release output");
  return {
    kind: "stream",
    contentType: "text/plain; charset=utf-8",
    write: async (sink) => {
      for await (const text of output) {
        sink.write(text);
        await sink.drained();
        if (sink.gone.aborted) return;
      }
    },
  };
};

function findRelease(platform: Platform, idOrVersion: string): Release | undefined {
  const version = Number(/^v?(\d+)$/.exec(idOrVersion)?.[1]);
  return platform.releases().find((release) => release.id === idOrVersion || release.version === version);
}

function slugIdOf({ slug }: Release): string | undefined {
  return slug === undefined ? undefined : uuidOf("slug", slug.image);
}

function outputUrl({ platform, releaseOutputs, url }: ApiRequest, release: Release): string | null {
  if (platform.releaseOutput(release) === undefined) return null;
  return `${url}/dynosim/release-output/${releaseOutputs.secretOf(release.id, release)}`;
}

function releaseBody(request: ApiRequest, release: Release): ReleaseBody {
  const { platform } = request;
  const slugId = slugIdOf(release);
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
    output_stream_url: outputUrl(request, release),
    slug: slugId === undefined ? null : { id: slugId },
    status: release.status,
    updated_at: apiTime(release.createdAt),
    user: { id: uuidOf("account", release.user), email: release.user },
    version: release.version,
    changed_since_build: platform.changedSinceBuild(release),
  };
}
