import { parse } from "yaml";
import type { Procfile } from "../manifest/app-source.ts";

export type ProcessTypes = Readonly<Record<string, string>>;

/** `default_process_types` of what `bin/release` printed; none when that is no such YAML. heroku.md 6.2 */
export function parseReleaseOutput(yaml: string): ProcessTypes {
  const types = parseDocument(yaml)["default_process_types"];
  if (!isRecord(types)) return {};
  return Object.fromEntries(
    Object.entries(types).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** What else it asked for, which Heroku gave an app at its first build, or once gave. heroku.md 6.2 */
export function releaseNotices(yaml: string, buildpack: string): readonly string[] {
  const { addons, config_vars: vars } = parseDocument(yaml);
  const plans = Array.isArray(addons) ? addons.map(String) : [];
  const names = isRecord(vars) ? Object.keys(vars) : [];
  return [
    ...(plans.length > 0
      ? [
          `${buildpack} asks for add-ons, which Heroku makes at an app's first build and dynosim does not have yet: ${plans.join(", ")}.`,
        ]
      : []),
    ...(names.length > 0
      ? [
          `${buildpack} asks for config vars in bin/release, which Heroku does not set any more: ${names.join(", ")}. Where the app needs them: dynosim config:set`,
        ]
      : []),
  ];
}

function parseDocument(yaml: string): Readonly<Record<string, unknown>> {
  try {
    const document: unknown = parse(yaml);
    return isRecord(document) ? document : {};
  } catch {
    return {};
  }
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
