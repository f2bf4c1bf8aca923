import type { InfoBody } from "../api/resources/life.ts";
import type { AppClient } from "./app-of.ts";
import { engineTable } from "./render/engine-table.ts";
import { tell, type World } from "./world.ts";

/** Before a dyno or a build of an app that is not up: why not containers, and what that leaves out. issue E 4 */
export async function tellEngine(
  world: World,
  { control, path }: AppClient,
  how: "whole" | "notice" = "whole",
): Promise<void> {
  const info = await control.get<InfoBody>(`/dynosim${path}/info`);
  const engine = info.ok ? info.value.body.engine : null;
  if (engine === null) return;
  if (engine.passedOver !== undefined) tell(world, engine.passedOver);
  if (how === "whole") for (const line of engineTable(engine)) tell(world, line);
}
