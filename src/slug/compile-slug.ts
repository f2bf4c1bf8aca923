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
import { readReports } from "./read-reports.ts";
import { buildpackRunner, type BuildpackRunner } from "./run-buildpack.ts";

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
  const room = layOutRoom(tools.random, buildpacks);

  using sending = startReading(input.source, unchanged(input.source, tools.sent?.load() ?? new Map()));
  const opened = await openBox(input, tools);
  if (!opened.ok) return opened;
  await using box = opened.value;
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
  const [found, read, reports] = await Promise.all([
    discoverTypes(runner, input.source, chosen.value, tools.onLine),
    readWhatWasRead(runner, room, chosen.value),
    readReports(runner, chosen.value),
  ]);
  if (!found.ok) return found;
  if (!read.ok) return read;
  if (!reports.ok) return reports;
  const packed = await packSlug(box, room, input, tools, limit);
  if (!packed.ok) return packed;
  const { types } = found.value;
  const { tree } = packed.value;
  if (tree) tools.sent?.save(untouched(furnished.value, tree));
  const lacking = tree ? await runImageNotices(box, { tree, root: room.slugDir, types }, input, tools) : [];

  return ok({
    ...packed.value,
    inputs: input.inputs,
    config: buildConfig(input.configVars, read.value),
    commit: input.source.commit,
    pythonMinor: input.pythonMinor,
    buildpacks: chosen.value.map(({ name }) => name),
    processTypes: types,
    notices: [
      ...chosen.value.flatMap(passedOverNotice),
      ...lentNotices(box.lent, input),
      ...found.value.notices,
      ...packed.value.notices,
      ...lacking,
    ],
    reports: reports.value,
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
    HOME: "/app",
    STACK,
    SOURCE_VERSION: input.source.commit ?? "",
    DYNO: oneOffName(RUN, tools.random),
    REQUEST_ID: uuid(tools.random),
    DYNOSIM_FAILURE_FILE: room.failureFile,
    ...(input.strict ? { DYNOSIM_STRICT: "1" } : {}),
    ...(input.offline ? { DYNOSIM_OFFLINE: "1" } : {}),
  };
}

/** What each buildpack says of the config vars that it reads; undefined of one that says nothing. */
async function readWhatWasRead(
  runner: BuildpackRunner,
  room: BuildRoom,
  chosen: readonly Chosen[],
): Promise<Result<readonly (string | undefined)[], Failure>> {
  const said: (string | undefined)[] = [];
  for (const { index } of chosen) {
    const text = await runner.read(["cat", room.configReadFiles[index] ?? ""]);
    if (!text.ok) return text;
    said.push(text.value?.toString());
  }
  return ok(said);
}

interface Found {
  readonly types: ProcessTypes;
  readonly notices: readonly string[];
}

/** Types come from the Procfile as the buildpacks left it; the last buildpack has the defaults. heroku.md 6.1, 6.2 */
async function discoverTypes(
  runner: BuildpackRunner,
  source: AppSource,
  chosen: readonly Chosen[],
  onLine: (line: string) => void,
): Promise<Result<Found, Failure>> {
  const [content, printed] = await Promise.all([
    runner.read(["cat", "Procfile"]),
    runner.release(chosen.at(-1)?.index ?? 0),
  ]);
  if (!content.ok) return content;
  if (!printed.ok) return printed;
  const procfile: Procfile =
    content.value === undefined
      ? missingProcfile([], source.leftOut, source.choice !== "working-tree")
      : parseProcfile(content.value);
  const defaults = parseReleaseOutput(printed.value);
  for (const line of discoveryLines(procfile, defaults)) onLine(line);
  const isNews = procfile.types.length > 0 && source.procfile.types.length === 0;
  const asked = releaseNotices(printed.value, chosen.at(-1)?.name ?? "");
  return ok({
    types: mergeTypes(procfile, defaults),
    notices: [...asked, ...(isNews ? procfile.notices : [])],
  });
}
