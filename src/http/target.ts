/**
 * The origin form of a request target (`/path?query`, or `*` for OPTIONS), undefined when it is none that can be served.
 * The authority of an absolute target is thrown away, the Host field decides (router.md 3.5); a fragment and the
 * question mark of an empty query go (router.md 3.7, 3.8); everything else stays byte for byte.
 */
export function originForm(method: string, target: string): string | undefined {
  if (target.startsWith("/")) return trimmed(target);
  if (target === "*") return method === "OPTIONS" ? target : undefined;
  const absolute = /^https?:\/\/[^/?#]+(.*)$/i.exec(target);
  if (absolute === null) return undefined;
  const rest = absolute[1] ?? "";
  if (rest === "" && method === "OPTIONS") return "*";
  return trimmed(rest.startsWith("/") ? rest : `/${rest}`);
}

function trimmed(target: string): string {
  const hash = target.indexOf("#");
  const bare = hash === -1 ? target : target.slice(0, hash);
  return bare.indexOf("?") === bare.length - 1 && bare.endsWith("?") ? bare.slice(0, -1) : bare;
}
