import type { EngineFailure } from "../engine/failure.ts";
import { ok, type Result } from "../kernel/result.ts";
import { parseBuildReport, type BuildReport } from "./build-report.ts";
import type { BuildRoom } from "./build-room.ts";
import type { Chosen } from "./detect.ts";
import type { SlugFailure } from "./failure.ts";
import { releaseOf, reportOf, type BuildpackRunner } from "./run-buildpack.ts";

/** What the buildpacks that ran have to say when all are done. */
export interface BuildResults {
  /** As they left it; undefined: there is none. */
  readonly procfile: Buffer | undefined;
  /** What `bin/release` of the last one printed; empty when there is none or it failed. */
  readonly release: string;
  /** What each says of the config vars that it reads; undefined of one that says nothing. */
  readonly configRead: readonly (string | undefined)[];
  /** By the buildpack's name; none of those that have no `bin/report`. */
  readonly reports: Readonly<Record<string, BuildReport>>;
}

/** In one command, for each takes some fifty milliseconds. */
export async function readResults(
  runner: BuildpackRunner,
  room: BuildRoom,
  chosen: readonly Chosen[],
  mark: string,
): Promise<Result<BuildResults, SlugFailure | EngineFailure>> {
  const read = await runner.readAll(
    [
      ["cat", "Procfile"],
      releaseOf(room, chosen.at(-1)?.index ?? 0),
      ...chosen.map(({ index }) => ["cat", room.configReadFiles[index] ?? ""] as const),
      ...chosen.map(({ index }) => reportOf(room, index)),
    ],
    mark,
  );
  if (!read.ok) return read;
  const [procfile, release, ...rest] = read.value;
  const reports = chosen.map(({ name }, index): [string, BuildReport] => [
    name,
    parseBuildReport(rest[chosen.length + index]?.toString() ?? ""),
  ]);
  return ok({
    procfile,
    release: release?.toString() ?? "",
    configRead: chosen.map((_, index) => rest[index]?.toString()),
    reports: Object.fromEntries(reports.filter(([, report]) => Object.keys(report).length > 0)),
  });
}
