import { parse } from "yaml";

/** What a buildpack knows of its build, by Heroku's field names: versions, cache, durations in seconds, what failed. */
export type BuildReport = Readonly<Record<string, string | number | boolean>>;

/** What `bin/report` printed; nothing when that is no such YAML. heroku.md 6.2, buildpack-python.md 12 */
export function parseBuildReport(yaml: string): BuildReport {
  let document: unknown;
  try {
    document = parse(yaml);
  } catch {
    return {};
  }
  if (typeof document !== "object" || document === null || Array.isArray(document)) return {};
  return Object.fromEntries(
    Object.entries(document).filter((entry): entry is [string, string | number | boolean] =>
      ["string", "number", "boolean"].includes(typeof entry[1]),
    ),
  );
}
