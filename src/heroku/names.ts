import { between, type Random } from "../kernel/random.ts";

declare const name: unique symbol;
type Name<Kind extends string> = string & { readonly [name]: Kind };

export type AppName = Name<"AppName">;
/** A process type of the Procfile: `web`, `worker`. */
export type ProcessName = Name<"ProcessName">;
/** `web.1`, `run.9157`, `release.4242`. */
export type DynoName = Name<"DynoName">;
/** One project folder's app on this machine; a UUID. The value of the label `dynosim`. */
export type InstanceId = Name<"InstanceId">;
/** An image of the engine: what a release starts from. */
export type ImageId = Name<"ImageId">;
export type RequestId = Name<"RequestId">;

/** Longest app name. heroku.md 1.6 */
const APP_NAME_LIMIT = 30;
/** heroku.md 1.6: lower-case letter first, then letters, digits and `-`; the last is no `-`. */
const APP_NAME = /^[a-z](?:[a-z0-9-]{0,28}[a-z0-9])?$/;
/** The Platform API's pattern. heroku.md 6.4 */
const PROCESS_NAME = /^[-\w]{1,128}$/;

export const WEB: ProcessName = "web" as ProcessName;
export const RELEASE: ProcessName = "release" as ProcessName;

export function appName(text: string): AppName | undefined {
  return APP_NAME.test(text) ? (text as AppName) : undefined;
}

/** The nearest valid app name: `My App_2` becomes `my-app-2`. */
export function toAppName(text: string): AppName {
  const kept = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, APP_NAME_LIMIT)
    .replace(/-+$/, "");
  return appName(kept) ?? ("app" as AppName);
}

export function processName(text: string): ProcessName | undefined {
  return PROCESS_NAME.test(text) ? (text as ProcessName) : undefined;
}

export function dynoName(type: ProcessName, number: number): DynoName {
  return `${type}.${number}` as DynoName;
}

/** `web.1` apart into `web` and 1; undefined when it is not of that form. */
export function parseDynoName(
  text: string,
): { readonly type: ProcessName; readonly number: number } | undefined {
  const match = /^([-\w]{1,128})\.(\d{1,9})$/.exec(text);
  return match ? { type: match[1] as ProcessName, number: Number(match[2]) } : undefined;
}

/** `web` of `web.1`. */
export function processTypeOf(dyno: DynoName): ProcessName {
  return dyno.replace(/\.\d+$/, "") as ProcessName;
}

/** One-off and release dynos carry four random digits. heroku.md 8 */
export function oneOffName(type: ProcessName, random: Random): DynoName {
  return dynoName(type, between(random, 1000, 9999));
}
