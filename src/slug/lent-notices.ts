import type { Lent } from "../engine/build-box.ts";
import type { SlugInput } from "./slug-input.ts";

type Source = Lent["privateSources"][number];

/** Files by which an app uses a tool. */
const USED_BY: Readonly<Record<Source["tool"], readonly string[]>> = {
  pip: ["requirements.txt", "Pipfile.lock"],
  uv: ["uv.lock"],
  npm: ["package.json"],
};

/** What of this machine's settings made this build other than one on Heroku, or is missing in it. engine.md 5 */
export function lentNotices(
  { loopback, onHostNetwork, withheld, privateSources }: Lent,
  { source, configVars, offline }: Pick<SlugInput, "source" | "configVars" | "offline">,
): readonly string[] {
  const files = new Set(source.files.map(({ path }) => path));
  const uses = (one: Source): boolean => USED_BY[one.tool].some((file) => files.has(file));
  const extra = configVars["PIP_EXTRA_INDEX_URL"] ?? "";
  const isSaid = ({ tool, url }: Source): boolean =>
    tool === "npm" ? files.has(".npmrc") : extra.includes(URL.parse(url)?.host ?? url);
  const news = privateSources.filter((one) => uses(one) && !isSaid(one));
  return [
    ...(loopback.length === 0 || offline ? [] : [loopbackNotice(loopback, onHostNetwork)]),
    ...withheld.map(({ setting, why }) =>
      why === "local-path"
        ? `${setting} names a place on this machine and is not passed to the build.`
        : `${setting} is a certificate of this machine and is not passed to the build.`,
    ),
    ...unique(news.map(sourceNotice)),
  ];
}

function loopbackNotice(settings: readonly string[], isReached: boolean): string {
  const points = settings.length === 1 ? "points" : "point";
  return isReached
    ? `${settings.join(", ")} ${points} to this machine's loopback address: the build stands in this machine's network, where that is reached.`
    : `${settings.join(", ")} ${points} to this machine's loopback address, which a build cannot reach: it is built without.`;
}

function sourceNotice({ tool, url, scope }: Source): string {
  switch (tool) {
    case "pip":
      return `Packages may come from ${url}, which only the pip of this machine knows: on Heroku set PIP_EXTRA_INDEX_URL.`;
    case "uv":
      return `Packages may come from ${url}, which only the uv of this machine knows: for Heroku name it in pyproject.toml ([[tool.uv.index]]).`;
    default:
      return `Packages of ${scope} come from ${url}, which only the npm of this machine knows: for Heroku name it in an .npmrc of the app.`;
  }
}

function unique(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)];
}
