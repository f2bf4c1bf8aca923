import type { EngineFailure } from "../engine/failure.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { AppSource } from "../manifest/app-source.ts";
import { OUTPUT } from "./build-output.ts";
import type { Buildpack } from "./buildpack.ts";
import type { SlugFailure } from "./failure.ts";
import type { BuildpackRunner } from "./run-buildpack.ts";

/** A buildpack that will compile, by its place in the room, and the language it said it found. */
export interface Chosen {
  readonly index: number;
  readonly name: string;
  readonly language: string;
  /** Buildpacks further down that fit as well, where nobody had set which are to run. */
  readonly passedOver: readonly string[];
}

/** One that was set has to match. heroku.md 6.3 */
export async function checkOne(
  runner: BuildpackRunner,
  buildpack: Buildpack,
  index: number,
  onLine: (line: string) => void,
): Promise<Result<Chosen, SlugFailure | EngineFailure>> {
  const { name } = buildpack;
  const detected = await runner.detect(index);
  if (!detected.ok) return detected;
  const { status, output } = detected.value;
  if (status === 0) return ok({ index, name, language: language(output, buildpack), passedOver: [] });
  for (const line of OUTPUT.refused(buildpack.url ?? name, output)) onLine(line);
  return fail({ kind: "buildpack-refused", buildpack: name, output });
}

/** None was set: the first that matches, in Heroku's order. heroku.md 6.2 */
export async function detectOne(
  runner: BuildpackRunner,
  shelf: readonly Buildpack[],
  source: AppSource,
  onLine: (line: string) => void,
): Promise<Result<Chosen, SlugFailure | EngineFailure>> {
  onLine(OUTPUT.determining);
  for (const [index, buildpack] of shelf.entries()) {
    const detected = await runner.detect(index);
    if (!detected.ok) return detected;
    const { status, output } = detected.value;
    if (status !== 0) continue;
    const passedOver = await alsoFitting(runner, shelf, index + 1);
    return ok({ index, name: buildpack.name, language: language(output, buildpack), passedOver });
  }
  for (const line of OUTPUT.notDetected) onLine(line);
  return fail({ kind: "no-buildpack", ...whatIsThere(source) });
}

/** Asked before anything is compiled: a buildpack may leave files that look like another language. */
async function alsoFitting(
  runner: BuildpackRunner,
  shelf: readonly Buildpack[],
  from: number,
): Promise<readonly string[]> {
  const fitting: string[] = [];
  for (const [index, { name }] of shelf.entries()) {
    if (index < from) continue;
    const detected = await runner.detect(index);
    if (detected.ok && detected.value.status === 0) fitting.push(name);
  }
  return fitting;
}

/** The usual case is a Flask app with a package.json for its front end: Node.js is asked first. heroku.md 6.2 */
export function passedOverNotice({ name, passedOver }: Chosen): readonly string[] {
  const [other] = passedOver;
  if (other === undefined) return [];
  return [
    `${other} fits as well, but nobody set buildpacks, and Heroku takes the first that fits: ${name}. For both, the main language last: dynosim buildpacks:set ${name}, then dynosim buildpacks:add ${other}. For ${other} alone: dynosim buildpacks:set ${other}.`,
  ];
}

/** What it said; Heroku names one that said nothing by its archive. */
function language(output: readonly string[], { name, url }: Buildpack): string {
  return output.find((line) => line.trim() !== "")?.trim() ?? url ?? name;
}

/** Files whose place in a sub-folder is the usual reason. heroku.md 10 B 17 */
const LANGUAGE_FILE =
  /\/(?:requirements\.txt|Pipfile|pyproject\.toml|package\.json|manage\.py|Gemfile|go\.mod|pom\.xml)$/;

function whatIsThere(source: AppSource): {
  readonly files: readonly string[];
  readonly below: string | undefined;
} {
  const paths = source.files.map(({ path }) => path);
  const root = new Set(paths.map((path) => path.replace(/\/.*$/s, "/")));
  return { files: [...root], below: paths.find((path) => LANGUAGE_FILE.test(path)) };
}
