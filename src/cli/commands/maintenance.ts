import type { AppBody } from "../../api/resources/app.ts";
import { ok } from "../../kernel/result.ts";
import { withApp } from "../app-of.ts";
import type { Call, Command, Outcome } from "../command.ts";
import { action } from "../render/action.ts";
import { print, printJson, tell } from "../world.ts";

export const maintenance: Command = async (call) =>
  withApp(call, async ({ path, control }) => {
    const reply = await control.get<AppBody>(path);
    if (!reply.ok) return reply;
    const isOn = reply.value.body.maintenance;
    if (call.options.flag("json")) printJson(call.world, { maintenance: isOn });
    else print(call.world, isOn ? "on" : "off");
    return ok(0);
  });

export const maintenanceOn: Command = (call) => change(call, true);
export const maintenanceOff: Command = (call) => change(call, false);

async function change(call: Call, on: boolean): Promise<Outcome> {
  return withApp(call, async ({ name, path, control, run }) => {
    const changed = await action(
      call.world,
      `${on ? "Enabling" : "Disabling"} maintenance mode for ⬢ ${name}`,
      () => control.send<AppBody>("PATCH", path, { maintenance: on }),
    );
    if (!changed.ok) return changed;
    if (run === undefined) tell(call.world, `⬢ ${name} is not up: in effect from the next dynosim up on.`);
    return ok(0);
  });
}
