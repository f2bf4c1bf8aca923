import type { BuildpackFacts } from "../../platform/platform.ts";
import { fields, text } from "../decode.ts";
import { json, type Answer, type Resource } from "../exchange.ts";
import { invalid, refused } from "../respond.ts";

/** heroku-platform-api.schema.json, buildpack-installation. */
export interface BuildpackBody {
  readonly buildpack: { readonly name: string; readonly url: string };
  /** From 0. */
  readonly ordinal: number;
}

export const listBuildpacks: Resource = ({ platform }) => installed(platform.buildpacks());

/** `{"updates": [{"buildpack": "heroku/python"}]}`: all of them anew. The official client gives none for an unknown name. */
export const updateBuildpacks: Resource = ({ platform, body }) => {
  const { updates } = fields(body);
  if (!Array.isArray(updates)) return invalid("updates must be a list.");
  const references = updates.map((update: unknown) => text(fields(update)["buildpack"])?.trim());
  const wanted = references.filter((reference) => reference !== undefined && reference !== "");
  if (wanted.length < references.length)
    return invalid("Each update must name a buildpack: a name, a URL, or a folder.");
  const set = platform.setBuildpacks(wanted as readonly string[]);
  return set.ok ? installed(set.value) : refused(set.failure);
};

function installed(buildpacks: readonly BuildpackFacts[]): Answer {
  const bodies = buildpacks.map(({ name, url }, ordinal) => ({ buildpack: { name, url }, ordinal }));
  return json(200, bodies satisfies readonly BuildpackBody[]);
}
