import type { EngineFailure } from "../engine/failure.ts";
import { ok, type Result } from "../kernel/result.ts";
import { parseBuildReport, type BuildReport } from "./build-report.ts";
import type { Chosen } from "./detect.ts";
import type { SlugFailure } from "./failure.ts";
import type { BuildpackRunner } from "./run-buildpack.ts";

/** The reports of all that ran, by the buildpack's name; none of those that have no `bin/report`. */
export async function readReports(
  runner: BuildpackRunner,
  chosen: readonly Chosen[],
): Promise<Result<Readonly<Record<string, BuildReport>>, SlugFailure | EngineFailure>> {
  const reports: [string, BuildReport][] = [];
  for (const { index, name } of chosen) {
    const printed = await runner.report(index);
    if (!printed.ok) return printed;
    const report = parseBuildReport(printed.value);
    if (Object.keys(report).length > 0) reports.push([name, report]);
  }
  return ok(Object.fromEntries(reports));
}
