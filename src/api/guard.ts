import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

export type Verdict = "fine" | "foreign-host" | "foreign-origin" | "no-token";

/**
 * A page in the user's browser can reach loopback too: a Host that is not ours is DNS rebinding, an Origin that is
 * not ours is another site. Whoever gets past both still needs the token.
 */
export function judge(headers: IncomingHttpHeaders, port: number, token: string | undefined): Verdict {
  if (!isOurs(headers.host, port)) return "foreign-host";
  const { origin } = headers;
  if (origin !== undefined && !isOurs(/^https?:\/\/(.+)$/.exec(origin)?.[1], port)) return "foreign-origin";
  if (token !== undefined && !holds(headers.authorization, token)) return "no-token";
  return "fine";
}

function isOurs(host: string | undefined, port: number): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].some((name) => host?.toLowerCase() === `${name}:${port}`);
}

/** `Bearer TOKEN`, or Basic with the token as the password, as git and curl send it. */
function holds(authorization: string | undefined, token: string): boolean {
  const [scheme = "", credentials = ""] = (authorization ?? "").split(/ +/, 2);
  if (scheme.toLowerCase() === "bearer") return isSame(credentials, token);
  if (scheme.toLowerCase() !== "basic") return false;
  const decoded = Buffer.from(credentials, "base64").toString("utf8");
  return isSame(decoded.slice(decoded.indexOf(":") + 1), token);
}

/** In a time that does not depend on how much of it was right. */
function isSame(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
