import { ok } from "../../kernel/result.ts";
import type { CleanReport } from "../../platform/platform.ts";
import { withApp } from "../app-of.ts";
import type { Command } from "../command.ts";
import { columns, megabytes } from "../render/aligned.ts";
import { print, printJson, tell } from "../world.ts";

const OF_ENGINE = {
  docker: "What dynosim keeps in Docker",
  process: "What dynosim keeps in the temp folder",
} as const;

export const clean: Command = async (call) =>
  withApp(call, async ({ control }) => {
    const { world, options } = call;
    const dryRun = options.flag("dryRun");
    const reply = await control.send<CleanReport>("POST", "/dynosim/clean", {
      everything: options.flag("all"),
      dry_run: dryRun,
    });
    if (!reply.ok) return reply;
    const { cleaned, unseen } = reply.value.body;
    for (const { engine, why } of unseen)
      tell(world, `${OF_ENGINE[engine]} could not be looked at, and may be there still: ${why}.`);
    if (options.flag("json")) printJson(world, cleaned);
    else if (cleaned.length === 0) print(world, "There is nothing to remove.");
    else {
      const verb = dryRun ? "would remove" : "removed";
      const rows = cleaned.map(({ kind, name, size }) => [
        verb,
        kind,
        name,
        size === undefined ? "" : megabytes(size),
      ]);
      for (const line of columns(rows)) print(world, line);
    }
    return ok(0);
  });
