/** Texts of the files that name a Python version, as far as the app has them. */
export interface PythonVersionFiles {
  readonly runtimeTxt: string | undefined;
  readonly pythonVersion: string | undefined;
  readonly pipfileLock: string | undefined;
}

/**
 * The minor an app asks for, such as `3.13`, to choose stack images by; undefined when it names none that can be
 * read. Lenient on purpose: judging these files, and saying so, is the buildpack's part. buildpack-python.md 4.1, 4.2
 */
export function wantedPythonMinor(files: PythonVersionFiles): string | undefined {
  if (files.runtimeTxt !== undefined) return minorIn(files.runtimeTxt, /^python-(\d+\.\d+)(?:\.\d+)?$/);
  if (files.pythonVersion !== undefined) return minorIn(files.pythonVersion, VERSION);
  if (files.pipfileLock !== undefined) return minorOfLock(files.pipfileLock);
  return undefined;
}

const VERSION = /^(\d+\.\d+)(?:\.\d+)?$/;

/** Pipenv writes there what `[requires]` of the Pipfile says. */
function minorOfLock(text: string): string | undefined {
  try {
    const lock = JSON.parse(text) as { _meta?: { requires?: Readonly<Record<string, unknown>> } } | null;
    const { python_full_version: full, python_version: short } = lock?._meta?.requires ?? {};
    const version = full ?? short;
    return typeof version === "string" ? VERSION.exec(version)?.[1] : undefined;
  } catch {
    return undefined;
  }
}

function minorIn(text: string, version: RegExp): string | undefined {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) => version.exec(line)?.[1]).find((minor) => minor !== undefined);
}

/** The same minor, else the nearest newer one, else the newest there is. `available` must not be empty. */
export function nearestMinor(wanted: string, available: readonly [string, ...string[]]): string {
  const sorted = available.toSorted(compareMinors);
  return sorted.find((minor) => compareMinors(minor, wanted) >= 0) ?? sorted.at(-1) ?? available[0];
}

/** Below 0 where `one` is the older, above 0 where it is the newer. */
export function compareMinors(one: string, other: string): number {
  const [major = 0, minor = 0] = one.split(".").map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split(".").map(Number);
  return major - otherMajor || minor - otherMinor;
}
