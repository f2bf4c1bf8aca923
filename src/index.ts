/** The library: an app under Heroku's rules, from a program. */
export { openPlatform } from "./platform/open-platform.ts";
export type { PlatformOptions } from "./platform/open-platform.ts";
export type { Explanation, PlatformFailure } from "./platform/failure.ts";
export { explain } from "./platform/explain.ts";
export type { Platform } from "./platform/platform.ts";
