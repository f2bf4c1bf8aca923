import type { ReleaseBody } from "../../api/resources/release.ts";
import { ok, type Result } from "../../kernel/result.ts";
import type { Explanation } from "../../platform/failure.ts";
import { withApp, type AppClient } from "../app-of.ts";
import { failed, type Command, type Outcome } from "../command.ts";
import { tell, type World } from "../world.ts";

/** What the release command wrote; goes on while it runs. heroku.md 6.5 */
export const releasesOutput: Command = async (call) =>
  withApp(call, async (app) => {
    const found = await findRelease(app, call.arguments[0]);
    if (!found.ok) return found;
    const { output_stream_url: url, version } = found.value;
    if (url !== null) return printOutput(call.world, app, url);
    tell(call.world, `Warning: Release v${version} has no release output available.`);
    return ok(0);
  });

/** `v5`, `5` or an id; without it the newest. */
export async function findRelease(
  { control, path }: AppClient,
  wanted: string | undefined,
): Promise<Result<ReleaseBody, Explanation>> {
  if (wanted !== undefined) {
    const one = await control.get<ReleaseBody>(`${path}/releases/${encodeURIComponent(wanted)}`);
    return one.ok ? ok(one.value.body) : one;
  }
  const newest = { Range: "version ..; max=1, order=desc" };
  const list = await control.get<readonly ReleaseBody[]>(`${path}/releases`, newest);
  if (!list.ok) return list;
  const [release] = list.value.body;
  return release === undefined ? failed("No release found.", "Make one: dynosim up") : ok(release);
}

export async function printOutput(world: World, { control }: AppClient, url: string): Promise<Outcome> {
  const ended = await control.text(url, (text) => world.stdout.write(text));
  if (!ended.ok) return ended;
  return ended.value ? ok(0) : failed("The output broke off.", "See what there is: dynosim releases:output");
}
