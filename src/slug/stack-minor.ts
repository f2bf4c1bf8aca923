import { nearestMinor } from "../manifest/python-version.ts";

/** What Heroku's Python buildpack takes when nothing says otherwise. buildpack-python.md 4.1 */
const DEFAULT_MINOR = "3.14";

/**
 * The Python minor of the stack images for a build: the one the app names, else that of its last build, else the
 * default; where it cannot be had here, the nearest newer one. `available` must not be empty.
 */
export function stackMinor(
  named: string | undefined,
  lastBuild: string | undefined,
  available: readonly string[],
): string {
  const [first, ...others] = available;
  const wanted = named ?? lastBuild ?? DEFAULT_MINOR;
  return first === undefined ? wanted : nearestMinor(wanted, [first, ...others]);
}
