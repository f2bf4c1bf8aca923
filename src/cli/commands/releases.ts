import type { ReleaseBody } from "../../api/resources/release.ts";
import { ok } from "../../kernel/result.ts";
import { withApp } from "../app-of.ts";
import { usage, type Command } from "../command.ts";
import { whenAndAgo } from "../render/ago.ts";
import { columns } from "../render/aligned.ts";
import { releaseStatus } from "../render/release-status.ts";
import { print, printJson } from "../world.ts";

/** heroku.md 9 */
const ROWS = 15;

export const releases: Command = async (call) => {
  const { world, options } = call;
  const count = Number(options.text("num") ?? ROWS);
  if (!Number.isInteger(count) || count < 1) return usage("-n takes a number from 1 on.");
  return withApp(call, async ({ name, path, control }) => {
    const range = { Range: `version ..; max=${count}, order=desc` };
    const reply = await control.get<readonly ReleaseBody[]>(`${path}/releases`, range);
    if (!reply.ok) return reply;
    const { body, now } = reply.value;
    if (options.flag("json")) printJson(world, body);
    else if (body.length === 0) print(world, `⬢ ${name} has no releases.`);
    else {
      const current = body.find((release) => release.current);
      print(world, `=== ⬢ ${name} Releases${current === undefined ? "" : ` - Current: v${current.version}`}`);
      print(world);
      for (const line of columns(body.map((release) => row(release, now)))) print(world, line);
    }
    return ok(0);
  });
};

function row(release: ReleaseBody, now: Date): readonly string[] {
  const when = whenAndAgo(new Date(release.created_at), now);
  return [
    `v${release.version}`,
    `${release.description} ${releaseStatus(release.status)}`.trimEnd(),
    release.user.email,
    when,
  ];
}
