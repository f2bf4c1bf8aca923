import type { FormationBody } from "../../api/resources/formation.ts";
import { ok, type Result } from "../../kernel/result.ts";
import type { Explanation } from "../../platform/failure.ts";
import { withRunningApp } from "../app-of.ts";
import { usage, type Command } from "../command.ts";
import { noProcessTypes } from "../no-process-types.ts";
import { action } from "../render/action.ts";
import { print, printJson } from "../world.ts";

interface Change {
  readonly type: string;
  readonly quantity: string;
  readonly size?: string;
}

/** heroku.md 9 */
export const scale: Command = async (call) =>
  withRunningApp(call, async ({ name, path, control }) => {
    const { world, options } = call;
    const changes = readChanges(call.arguments);
    if (!changes.ok) return changes;
    if (changes.value.length === 0) {
      const shown = await control.get<readonly FormationBody[]>(`${path}/formation`);
      if (!shown.ok) return shown;
      const { body } = shown.value;
      if (options.flag("json")) printJson(world, body);
      else if (body.length === 0) return noProcessTypes(name);
      else
        print(
          world,
          body
            .map((one) => `${one.type}=${one.quantity}:${one.size}`)
            .sort()
            .join(" "),
        );
      return ok(0);
    }
    const scaled = await action(
      world,
      "Scaling dynos",
      () => control.send<readonly FormationBody[]>("PATCH", `${path}/formation`, { updates: changes.value }),
      ({ body }) =>
        `done, now running ${body.map((one) => `${one.type} at ${one.quantity}:${one.size}`).join(", ")}`,
    );
    if (!scaled.ok) return scaled;
    if (options.flag("json")) printJson(world, scaled.value.body);
    return ok(0);
  });

/** Heroku's grammar: `web=2`, `web+1`, `web-1`, `web=2:standard-1x`. */
function readChanges(texts: readonly string[]): Result<readonly Change[], Explanation> {
  const changes: Change[] = [];
  for (const text of texts) {
    const match = /^([\w-]+)([=+-]\d+)(?::([\w-]+))?$/.exec(text);
    if (match === null)
      return usage(
        `${text} is no change of the formation.`,
        "For example: dynosim ps:scale web=2:standard-1x worker+1",
      );
    const [, type = "", quantity = "", size] = match;
    changes.push({ type, quantity: quantity.replace("=", ""), ...(size === undefined ? {} : { size }) });
  }
  return ok(changes);
}
