import { ok, type Result } from "../../kernel/result.ts";
import type { Explanation } from "../../platform/failure.ts";
import { withRunningApp } from "../app-of.ts";
import { usage, type Call, type Command, type Outcome } from "../command.ts";
import { action } from "../render/action.ts";
import { tell } from "../world.ts";

type Target = { readonly words: string; readonly restartPath: string; readonly stopPath: string | undefined };

/** `ps:restart`, and its aliases. heroku.md 9 */
export const restart: Command = async (call) => act(call, "Restarting");

/** `ps:stop`, and its aliases. heroku.md 9 */
export const stop: Command = async (call) => act(call, "Stopping");

async function act(call: Call, verb: "Restarting" | "Stopping"): Promise<Outcome> {
  const target = readTarget(call);
  if (!target.ok) return target;
  const { words, restartPath, stopPath } = target.value;
  if (verb === "Stopping" && stopPath === undefined)
    return usage(
      "Say what to stop.",
      "For example: dynosim ps:stop -d run.1234, or dynosim ps:stop -p worker",
    );
  return withRunningApp(call, async ({ name, path, control }) => {
    const acted = await action(call.world, `${verb} ${words} on ⬢ ${name}`, () =>
      verb === "Restarting" || stopPath === undefined
        ? control.send("DELETE", `${path}${restartPath}`)
        : control.send("POST", `${path}${stopPath}`),
    );
    return acted.ok ? ok(0) : acted;
  });
}

function readTarget({ world, options, arguments: [bare] }: Call): Result<Target, Explanation> {
  const dyno = options.text("dynoName") ?? options.text("dyno") ?? (bare?.includes(".") ? bare : undefined);
  const type = options.text("processType") ?? options.text("ps") ?? (bare?.includes(".") ? undefined : bare);
  if (dyno !== undefined && type !== undefined) return usage("-d and -p exclude each other.");
  if (bare !== undefined)
    tell(
      world,
      `Warning: a dyno without a flag is deprecated; write ${dyno === undefined ? "-p" : "-d"} ${bare}.`,
    );
  if (dyno !== undefined) {
    const path = `/dynos/${encodeURIComponent(dyno)}`;
    return ok({ words: `dyno ${dyno}`, restartPath: path, stopPath: `${path}/actions/stop` });
  }
  if (type !== undefined) {
    const path = `/formations/${encodeURIComponent(type)}`;
    return ok({ words: `all ${type} dynos`, restartPath: path, stopPath: `${path}/actions/stop` });
  }
  return ok({ words: "all dynos", restartPath: "/dynos", stopPath: undefined });
}
