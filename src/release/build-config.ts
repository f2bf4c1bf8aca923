import { createHash } from "node:crypto";
import type { ConfigVars } from "./config-vars.ts";

/**
 * What a build knew of the config vars. A config change makes a release, and Heroku builds nothing for it: what a build has
 * made of a value stays in the slug until the next deploy. heroku.md 6.1, 6.2
 */
export interface BuildConfig {
  /** Names that took part in the build, `NPM_CONFIG_*` for all that begin so; "all" where a buildpack gets them all or says nothing. */
  readonly read: "all" | readonly string[];
  /** Name to sha256 of its value, hex, of all that were set. */
  readonly sums: Readonly<Record<string, string>>;
}

/** `said`: one text for each buildpack that ran, a name a line, `*` for all; undefined: it does not say. */
export function buildConfig(configVars: ConfigVars, said: readonly (string | undefined)[]): BuildConfig {
  const sums = Object.fromEntries(Object.entries(configVars).map(([name, value]) => [name, sumOf(value)]));
  const names = said.flatMap((text) => text?.split("\n").filter((line) => line !== "") ?? ["*"]);
  return { read: names.includes("*") ? "all" : [...new Set(names)].toSorted(), sums };
}

/** Config vars whose value now is not the one that the build had, of those that took part in it; in order. */
export function changedSinceBuild({ read, sums }: BuildConfig, now: ConfigVars): readonly string[] {
  const names = [...new Set([...Object.keys(sums), ...Object.keys(now)])].toSorted();
  return names.filter((name) => {
    const value = now[name];
    const isSame = value === undefined ? sums[name] === undefined : sums[name] === sumOf(value);
    return !isSame && (read === "all" || read.some((pattern) => matches(pattern, name)));
  });
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function sumOf(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}
