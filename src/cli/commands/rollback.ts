import type { ReleaseBody } from "../../api/resources/release.ts";
import { fail, ok, type Result } from "../../kernel/result.ts";
import type { Explanation } from "../../platform/failure.ts";
import { withRunningApp, type AppClient } from "../app-of.ts";
import { failed, usage, type Command } from "../command.ts";
import { action } from "../render/action.ts";
import { print, tell } from "../world.ts";
import { printOutput } from "./releases-output.ts";

/** heroku.md 9 */
export const rollback: Command = async (call) => {
  const {
    world,
    arguments: [wanted],
  } = call;
  const version = wanted === undefined ? undefined : Number(/^v?(\d+)$/.exec(wanted)?.[1]);
  if (Number.isNaN(version)) return usage(`${wanted} is no release.`, "For example: dynosim rollback v7");
  return withRunningApp(call, async (app) => {
    const found = await findTarget(app, version);
    if (!found.ok) return found;
    const { target, current } = found.value;
    const rolled = await action(
      world,
      `Rolling back ⬢ ${app.name} to v${target.version}`,
      () => app.control.send<ReleaseBody>("POST", `${app.path}/releases`, { release: target.id }),
      ({ body }) => `done, v${body.version}`,
    );
    if (!rolled.ok) return rolled;
    tell(world, "Warning: Rollback affects code and config vars; it doesn't add or remove addons.");
    if (current !== undefined) tell(world, `To undo, run: dynosim rollback v${current.version}`);
    const { output_stream_url: url } = rolled.value.body;
    if (url === null) return ok(0);
    print(world, "Running release command...");
    return printOutput(world, app, url);
  });
};

interface Found {
  readonly target: ReleaseBody;
  readonly current: ReleaseBody | undefined;
}

/** Without a version: the second of those that can be rolled back to, as the first is running. heroku-cli.md 2 */
async function findTarget(app: AppClient, version: number | undefined): Promise<Result<Found, Explanation>> {
  const range = { Range: "version ..; max=1000, order=desc" };
  const reply = await app.control.get<readonly ReleaseBody[]>(`${app.path}/releases`, range);
  if (!reply.ok) return fail(reply.failure);
  const { body } = reply.value;
  const target =
    version === undefined
      ? body.filter((release) => release.eligible_for_rollback)[1]
      : body.find((release) => release.version === version);
  if (target !== undefined) return ok({ target, current: body.find((release) => release.current) });
  return version === undefined
    ? failed(`No eligible release found for ⬢ ${app.name} to roll back to.`, "See them: dynosim releases")
    : failed(`Couldn't find release v${version}.`, "See them: dynosim releases");
}
