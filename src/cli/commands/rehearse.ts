import type { RehearsalBody } from "../../api/resources/rehearsal.ts";
import { ok } from "../../kernel/result.ts";
import { withRunningApp } from "../app-of.ts";
import { usage, type Command } from "../command.ts";
import { action } from "../render/action.ts";
import { rehearsalLines } from "../render/rehearsal-lines.ts";
import { print, printJson } from "../world.ts";

/** design.md 5: a check failed. */
const NOT_BACK = 7;

/** `rehearse sleep` */
export const rehearse: Command = async (call) => {
  const { world, options } = call;
  const [what, ...more] = call.arguments;
  if (what !== "sleep" || more.length > 0)
    return usage("Usage: dynosim rehearse sleep [--requests N] [--path PATH]");
  return withRunningApp(call, async ({ name, path, control }) => {
    const body = { kind: what, requests: options.text("requests"), path: options.text("path") };
    const rehearsed = await action(world, `Rehearsing the sleep of ⬢ ${name}`, () =>
      control.send<RehearsalBody>("POST", `/dynosim${path}/rehearsals`, body),
    );
    if (!rehearsed.ok) return rehearsed;
    const seen = rehearsed.value.body;
    if (options.flag("json")) printJson(world, seen);
    else for (const line of [`=== ⬢ ${name} Sleep`, "", ...rehearsalLines(seen)]) print(world, line);
    return ok(seen.is_back ? 0 : NOT_BACK);
  });
};
