import { SHUTDOWN_GRACE } from "../../heroku/limits.ts";
import { sleep } from "../../kernel/clock.ts";
import { fail, ok, type Result } from "../../kernel/result.ts";
import { millis, seconds } from "../../kernel/units.ts";
import type { Explanation } from "../../platform/failure.ts";
import { isAlive, type Run } from "../../platform/run-file.ts";
import { withRunningApp } from "../app-of.ts";
import type { Command } from "../command.ts";
import { action } from "../render/action.ts";
import type { World } from "../world.ts";

/** The dynos' 30 s, and what the engine takes to remove them. */
const PATIENCE = millis(SHUTDOWN_GRACE + seconds(60));
const LOOK_EVERY = millis(50);

export const down: Command = async (call) =>
  withRunningApp(call, async ({ name, path, control, run }) => {
    const gone = await action(call.world, `Stopping ⬢ ${name}`, async () => {
      const asked = await control.send("POST", `/dynosim${path}/down`);
      return asked.ok ? untilGone(call.world, run) : asked;
    });
    return gone.ok ? ok(0) : gone;
  });

async function untilGone({ clock }: World, run: Run): Promise<Result<void, Explanation>> {
  const giveUp = clock.now() + PATIENCE;
  while (isAlive(run.pid, run.started)) {
    if (clock.now() > giveUp)
      return fail({
        title: `Process ${run.pid} is still there.`,
        body: "It was asked to stop, and has not ended.",
        next: `End it: kill ${run.pid}`,
        exitCode: 1,
      });
    await sleep(clock, LOOK_EVERY);
  }
  return ok();
}
