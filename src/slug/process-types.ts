import { parse } from "yaml";
import type { Procfile } from "../manifest/app-source.ts";

export type ProcessTypes = Readonly<Record<string, string>>;

/** `default_process_types` of what `bin/release` printed; none when that is no such YAML. heroku.md 6.2 */
export function parseReleaseOutput(yaml: string): ProcessTypes {
  let document: unknown;
  try {
    document = parse(yaml);
  } catch {
    return {};
  }
  const types: unknown = isRecord(document) ? document["default_process_types"] : undefined;
  if (!isRecord(types)) return {};
  return Object.fromEntries(
    Object.entries(types).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** The Procfile's types; the buildpack's defaults for names it does not have. */
export function mergeTypes(procfile: Procfile, defaults: ProcessTypes): ProcessTypes {
  return { ...defaults, ...Object.fromEntries(procfile.types.map(({ name, command }) => [name, command])) };
}

/** heroku.md 6.3 */
export function discoveryLines(procfile: Procfile, defaults: ProcessTypes): string[] {
  const declared = procfile.types.map(({ name }) => name);
  const added = Object.keys(defaults).filter((name) => !declared.includes(name));
  if (added.length === 0)
    return ["-----> Discovering process types", `       Procfile declares types -> ${listed(declared)}`, ""];
  return [
    "-----> Discovering process types",
    `       Procfile declares types     -> ${listed(declared)}`,
    `       Default types for buildpack -> ${listed(added)}`,
    "",
  ];
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "(none)" : names.toSorted().join(", ");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
