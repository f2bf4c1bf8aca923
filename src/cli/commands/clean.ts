import { ok } from "../../kernel/result.ts";
import type { Cleaned } from "../../platform/platform.ts";
import { withApp } from "../app-of.ts";
import type { Command } from "../command.ts";
import { columns, megabytes } from "../render/aligned.ts";
import { print, printJson } from "../world.ts";

export const clean: Command = async (call) =>
  withApp(call, async ({ control }) => {
    const { world, options } = call;
    const dryRun = options.flag("dryRun");
    const reply = await control.send<readonly Cleaned[]>("POST", "/dynosim/clean", {
      everything: options.flag("all"),
      dry_run: dryRun,
    });
    if (!reply.ok) return reply;
    const { body } = reply.value;
    if (options.flag("json")) printJson(world, body);
    else if (body.length === 0) print(world, "There is nothing to remove.");
    else {
      const verb = dryRun ? "would remove" : "removed";
      const rows = body.map(({ kind, name, size }) => [
        verb,
        kind,
        name,
        size === undefined ? "" : megabytes(size),
      ]);
      for (const line of columns(rows)) print(world, line);
    }
    return ok(0);
  });
