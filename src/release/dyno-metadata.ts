import type { AppName, InstanceId } from "../heroku/names.ts";
import type { Release } from "./release.ts";
import { deployDescription } from "./slug.ts";

interface Owner {
  readonly instance: InstanceId;
  readonly app: AppName;
}

/** The variables of a release, without the dyno's own id, which each life has anew. heroku.md 5.2 */
export function dynoMetadata({ instance, app }: Owner, release: Release): Readonly<Record<string, string>> {
  const { slug, metadata = [] } = release;
  if (slug === undefined) return {};
  const commit = slug.commit ?? slug.checksum.replace(/^SHA256:/, "");
  const description = deployDescription(slug);
  return {
    ...(metadata.includes("runtime-dyno-metadata") && {
      HEROKU_APP_ID: instance,
      HEROKU_APP_NAME: app,
      // the name that the app is served under here
      HEROKU_APP_DEFAULT_DOMAIN_NAME: `${app}.localhost`,
      HEROKU_RELEASE_CREATED_AT: new Date(release.createdAt).toISOString().replace(/\.\d+Z$/, "Z"),
      HEROKU_RELEASE_VERSION: `v${release.version}`,
      HEROKU_SLUG_COMMIT: commit,
      HEROKU_SLUG_DESCRIPTION: description,
    }),
    ...(metadata.includes("runtime-dyno-build-metadata") && {
      HEROKU_BUILD_COMMIT: commit,
      HEROKU_BUILD_DESCRIPTION: description,
    }),
  };
}
