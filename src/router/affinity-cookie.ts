import type { Fields } from "../http/fields.ts";
import type { Instant } from "../kernel/units.ts";

/** heroku.md 3.7 */
const NAME = "heroku-session-affinity";
const MAX_AGE = 86_400;

/** The value of the client's cookie, whatever it is; empty without one. */
export function affinityOf(fields: Fields): string {
  for (const line of fields.all("cookie")) {
    for (const pair of line.split(";")) {
      const [name, value] = pair.trim().split("=", 2);
      if (name === NAME) return value ?? "";
    }
  }
  return "";
}

/**
 * The field line, in the order of real ones (of 2017, HttpOnly came later: heroku.md 3.7). They name the host, too; without
 * that the cookie is for the same host, and browsers take it from `localhost` as well.
 */
export function affinityField(value: string, now: Instant): string {
  const expires = netscapeDate(now + MAX_AGE * 1000);
  return `Set-Cookie: ${NAME}=${value}; Version=1; Expires=${expires}; Max-Age=${MAX_AGE}; Path=/; HttpOnly\r\n`;
}

/** `Tue, 05-Sep-2017 12:44:07 GMT` */
function netscapeDate(time: number): string {
  return new Date(time).toUTCString().replace(/ (\w{3}) /, "-$1-");
}
