import { ok } from "../../kernel/result.ts";
import { withApp } from "../app-of.ts";
import type { Command } from "../command.ts";
import { namesAndValues } from "../render/aligned.ts";
import { releaseStatus } from "../render/release-status.ts";
import { shellQuote } from "../render/shell-quote.ts";
import { print, printJson } from "../world.ts";
import { findRelease } from "./releases-output.ts";

/** As the official client shows a release (its source, releases/info). heroku-cli.md 2 */
export const releasesInfo: Command = async (call) =>
  withApp(call, async (app) => {
    const { world, options } = call;
    const found = await findRelease(app, call.arguments[0]);
    if (!found.ok) return found;
    const { value: release } = found;
    if (options.flag("json")) {
      printJson(world, release);
      return ok(0);
    }
    const vars = await app.control.get<Readonly<Record<string, string>>>(
      `${app.path}/releases/${release.version}/config-vars`,
    );
    if (!vars.ok) return vars;
    const status = releaseStatus(release.status);
    const facts = [
      ["By", release.user.email],
      ["Change", status === "" ? release.description : `${release.description} (${status})`],
      ["Eligible for Rollback?", release.eligible_for_rollback ? "Yes" : "No"],
      ["When", release.created_at],
    ] as const;
    const pairs = Object.entries(vars.value.body);
    const shown = options.flag("shell")
      ? pairs.map(([name, value]) => `${name}=${shellQuote(value)}`)
      : namesAndValues(pairs);
    const title = `Release v${release.version}`;
    const lines = [`=== ${title}`, "", ...namesAndValues(facts), ""];
    for (const line of [...lines, `=== v${release.version} Config vars`, "", ...shown]) print(world, line);
    return ok(0);
  });
