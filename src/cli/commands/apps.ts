import { ok } from "../../kernel/result.ts";
import { listRuns } from "../../platform/run-file.ts";
import type { Command } from "../command.ts";
import { print, printJson } from "../world.ts";

/** From the registry of run files: no app is asked. heroku.md 9 */
export const apps: Command = async ({ world, options }) => {
  const runs = listRuns(world.environment);
  if (options.flag("json")) printJson(world, runs);
  else if (runs.length === 0) print(world, "You have no apps.");
  else {
    for (const owner of new Set(runs.map((run) => run.owner))) {
      print(world, `=== ${owner} Apps`);
      print(world);
      for (const run of runs.filter((one) => one.owner === owner))
        print(world, `⬢ ${run.app} (${run.url}, ${run.folder})`);
      print(world);
    }
  }
  return ok(0);
};
