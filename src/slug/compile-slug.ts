import type { BuildBox } from "../engine/build-box.ts";
import type { EngineFailure } from "../engine/failure.ts";
import { BUILD_LIMIT, BUILD_MEMORY } from "../heroku/limits.ts";
import { oneOffName, type ProcessName } from "../heroku/names.ts";
import { STACK } from "../heroku/stacks.ts";
import { uuid } from "../kernel/random.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { AppSource, Procfile } from "../manifest/app-source.ts";
import { missingProcfile, parseProcfile } from "../manifest/procfile.ts";
import { buildConfig } from "../release/build-config.ts";
import type { Slug } from "../release/slug.ts";
import { startBuildLimit } from "./build-limit.ts";
import { OUTPUT } from "./build-output.ts";
import type { BuildReport } from "./build-report.ts";
import { layOutRoom, type BuildRoom } from "./build-room.ts";
import { compileInOrder } from "./compile-in-order.ts";
import { passedOverNotice, type Chosen } from "./detect.ts";
import { diskFullIn } from "./disk-full.ts";
import type { SlugFailure } from "./failure.ts";
import { furnishRoom, startReading } from "./furnish-room.ts";
import { lentNotices } from "./lent-notices.ts";
import { watchMissing } from "./missing-offline.ts";
import { watchTrouble } from "./source-trouble.ts";
import { packSlug } from "./pack-slug.ts";
import { runImageNotices } from "./run-image/check-slug.ts";
import {
  discoveryLines,
  mergeTypes,
  parseReleaseOutput,
  releaseNotices,
  type ProcessTypes,
} from "./process-types.ts";
import type { SlugInput, SlugTools } from "./slug-input.ts";
import type { SlugTree } from "./slug-tree.ts";
import { unchanged, untouched } from "./sent-source.ts";
import { readResults, type BuildResults } from "./read-results.ts";
import { buildpackRunner } from "./run-buildpack.ts";

type Failure = SlugFailure | EngineFailure;

export interface CompiledSlug extends Slug {
  /** Of this machine's settings, of a Procfile that the build itself wrote, and of what a dyno will lack. */
  readonly notices: readonly string[];
  /** What each buildpack's `bin/report` said, by its name. */
  readonly reports: Readonly<Record<string, BuildReport>>;
  /** Undefined where the box could not tell. */
  readonly tree: SlugTree | undefined;
}

/** Source to slug: what Heroku does between a push and a release. heroku.md 6.1 */
export async function compileSlug(
  input: SlugInput,
  tools: SlugTools,
): Promise<Result<CompiledSlug, Failure>> {
  using limit = startBuildLimit(tools.clock, tools.timeLimit ?? BUILD_LIMIT, tools.signal);
  const isSet = input.buildpacks !== undefined && input.buildpacks.length > 0;
  const buildpacks = isSet ? input.buildpacks : tools.shelf;

  using sending = startReading(input.source, unchanged(input.source, tools.sent?.load() ?? new Map()));
  const opened = await openBox(input, tools);
  if (!opened.ok) return opened;
  await using box = opened.value;
  const room = layOutRoom(tools.random, buildpacks, box.places);
  const isRemembered = tools.sent !== undefined;
  const { configVars } = input;
  const furnished = await furnishRoom(box, room, { sending, buildpacks, configVars, isRemembered });
  if (!furnished.ok) return furnished;
  tools.sent?.save(furnished.value);
  let diskFull: EngineFailure | undefined;
  const watch = watchTrouble();
  const missing = input.offline ? watchMissing() : undefined;
  const onLine = (line: string): void => {
    diskFull ??= diskFullIn(line);
    missing?.onLine(line);
    watch.onLine(line);
    tools.onLine(line);
  };
  const environment = buildEnvironment(input, tools, room);
  const runner = buildpackRunner(box, room, environment, limit, onLine, tools.drained);

  for (const line of input.source.pushLines) tools.onLine(line);
  tools.onLine(OUTPUT.stack);
  const { source } = input;
  if (source.slugignored !== undefined) tools.onLine(OUTPUT.slugignored(source.slugignored));
  const chosen = await compileInOrder({ runner, room, buildpacks, isSet, source, onLine });
  if (!chosen.ok) {
    if (chosen.failure.kind !== "compile-failed") return chosen;
    if (diskFull) return fail(diskFull);
    if (missing && missing.what.length > 0)
      return fail({ kind: "offline-missing", what: missing.what, discarded: missing.discarded });
    const { trouble } = watch;
    return fail({ ...chosen.failure, ...(trouble ? { trouble } : {}) });
  }
  const read = await readResults(runner, room, chosen.value, uuid(tools.random));
  if (!read.ok) return read;
  // an app that is up mostly builds again; the making of a network is hidden, its end would cost the first request
  if (input.isKept === false) box.cutOff();
  const found = discoverTypes(read.value, input.source, chosen.value, tools.onLine);
  const { types } = found;
  const packed = await packSlug(box, room, input, tools, limit, (slug) =>
    runImageNotices(box, { tree: slug, root: room.slugDir, types }, input, tools),
  );
  if (!packed.ok) return packed;
  const { tree } = packed.value;
  if (tree) tools.sent?.save(untouched(furnished.value, tree));

  return ok({
    ...packed.value,
    inputs: input.inputs,
    config: buildConfig(input.configVars, read.value.configRead),
    commit: input.source.commit,
    pythonMinor: input.pythonMinor,
    buildpacks: chosen.value.map(({ name }) => name),
    processTypes: types,
    notices: [
      ...chosen.value.flatMap(passedOverNotice),
      ...lentNotices(box.lent, input),
      ...found.notices,
      ...packed.value.notices,
    ],
    reports: read.value.reports,
  });
}

function openBox(input: SlugInput, tools: SlugTools): Promise<Result<BuildBox, EngineFailure>> {
  return tools.engine.openBuild({
    label: input.label,
    pythonMinor: input.pythonMinor,
    images: input.images,
    env: {},
    memory: BUILD_MEMORY,
    offline: input.offline ?? false,
    onProgress: tools.onProgress,
  });
}

const RUN = "run" as ProcessName;

/**
 * heroku.md 5.6, buildpack-python.md 9.1; the names with DYNOSIM are between our buildpacks and this file. Settings that know
 * Heroku by DYNO do so in the build, too; its form there is not written down: that of a one-off dyno, which no web process has.
 */
function buildEnvironment(
  input: SlugInput,
  tools: SlugTools,
  room: BuildRoom,
): Readonly<Record<string, string>> {
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: room.places.app,
    STACK,
    SOURCE_VERSION: input.source.commit ?? "",
    DYNO: oneOffName(RUN, tools.random),
    REQUEST_ID: uuid(tools.random),
    DYNOSIM_FAILURE_FILE: room.failureFile,
    ...(input.strict ? { DYNOSIM_STRICT: "1" } : {}),
    ...(input.offline ? { DYNOSIM_OFFLINE: "1" } : {}),
  };
}

interface Found {
  readonly types: ProcessTypes;
  readonly notices: readonly string[];
}

/** Types come from the Procfile as the buildpacks left it; the last buildpack has the defaults. heroku.md 6.1, 6.2 */
function discoverTypes(
  { procfile: content, release }: BuildResults,
  source: AppSource,
  chosen: readonly Chosen[],
  onLine: (line: string) => void,
): Found {
  const procfile: Procfile =
    content === undefined
      ? missingProcfile([], source.leftOut, source.choice !== "working-tree")
      : parseProcfile(content);
  const defaults = parseReleaseOutput(release);
  for (const line of discoveryLines(procfile, defaults)) onLine(line);
  const isNews = procfile.types.length > 0 && source.procfile.types.length === 0;
  const asked = releaseNotices(release, chosen.at(-1)?.name ?? "");
  return {
    types: mergeTypes(procfile, defaults),
    notices: [...asked, ...(isNews ? procfile.notices : [])],
  };
}
