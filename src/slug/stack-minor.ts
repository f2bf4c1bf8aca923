import { compareMinors, nearestMinor } from "../manifest/python-version.ts";

/** What Heroku's Python buildpack takes when nothing says otherwise. buildpack-python.md 4.1 */
const DEFAULT_MINOR = "3.14";

/** The first and the last that it installs. buildpack-python.md 0 */
export const SUPPORTED: { readonly oldest: string; readonly newest: string } = {
  oldest: "3.10",
  newest: "3.14",
};

/** Whether a build ends before it needs any Python: the one that is asked for is past its end of life, or unknown. */
export function isRefused(minor: string | undefined): boolean {
  if (minor === undefined) return false;
  return compareMinors(minor, SUPPORTED.oldest) < 0 || compareMinors(minor, SUPPORTED.newest) > 0;
}

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

/**
 * The same for a build without Python, which any pair of stack images serves: that of its last slug, else the newest of
 * those that are made already, so that nobody waits for another. Undefined where none is made.
 */
export function madeMinor(lastSlug: string | undefined, made: readonly string[]): string | undefined {
  if (lastSlug !== undefined && made.includes(lastSlug)) return lastSlug;
  const [first, ...others] = made;
  return first && nearestMinor("999.0", [first, ...others]);
}

/** What the Python buildpack's detection looks for in the root: its bin/detect has the same. buildpack-python.md 2 */
export const PYTHON_SIGNS: readonly string[] =
  `requirements.txt Pipfile Pipfile.lock poetry.lock uv.lock pdm.lock pyproject.toml setup.py setup.cfg runtime.txt .python-version
  __init__.py app.py main.py manage.py server.py
  requeriments.txt requirement.txt requirements requirements.text Requirements.txt requirements.txt.txt requirments.txt
  __pycache__ .venv venv`.split(/\s+/);

/** The buildpack that finds its Python in the stack image. */
const PYTHON = "heroku/python";

/**
 * Whether a build may need the Python of the stack image. `buildpacks`: those that are set or pinned; without any, the one
 * that will be found, as far as the root's files tell: Node.js is asked before Python. heroku.md 6.2
 */
export function mayUsePython(buildpacks: readonly string[] | undefined, files: readonly string[]): boolean {
  if (buildpacks !== undefined && buildpacks.length > 0) return buildpacks.includes(PYTHON);
  const root = new Set(files.map((path) => path.replace(/\/.*$/s, "")));
  return !root.has("package.json") && PYTHON_SIGNS.some((sign) => root.has(sign));
}
