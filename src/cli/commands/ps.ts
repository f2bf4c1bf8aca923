import type { QuotaBody } from "../../api/resources/account.ts";
import type { AppBody } from "../../api/resources/app.ts";
import type { DynoBody } from "../../api/resources/dyno.ts";
import { isPooled } from "../../heroku/hour-pools.ts";
import { ok, type Result } from "../../kernel/result.ts";
import type { Explanation } from "../../platform/failure.ts";
import { withRunningApp } from "../app-of.ts";
import { failed, type Command } from "../command.ts";
import type { ControlClient } from "../control-client.ts";
import { whenAndAgo } from "../render/ago.ts";
import { quotaLines } from "../render/hours.ts";
import { print, printJson } from "../world.ts";

/** heroku.md 9 */
export const ps: Command = async (call) =>
  withRunningApp(call, async ({ name, path, control }) => {
    const { world, options, arguments: types } = call;
    const reply = await control.get<readonly DynoBody[]>(`${path}/dynos`);
    if (!reply.ok) return reply;
    const { body: all, now } = reply.value;
    const missing = types.find((type) => !all.some((dyno) => dyno.type === type));
    if (missing !== undefined) return failed(`No ${missing} dynos on ⬢ ${name}`);
    const dynos = all.filter((dyno) => types.length === 0 || types.includes(dyno.type)).sort(byNameAndNumber);
    if (options.flag("json")) {
      printJson(world, dynos);
      return ok(0);
    }
    const quota = await quotaOf(control, path);
    if (!quota.ok) return quota;
    for (const line of quota.value) print(world, line);
    if (dynos.length === 0) print(world, `No dynos on ⬢ ${name}`);
    else for (const group of groups(dynos)) printGroup(group, now);
    return ok(0);

    function printGroup(group: readonly DynoBody[], now: Date): void {
      print(world, `=== ${headingOf(group[0])} (${group.length})`);
      print(world);
      for (const dyno of group) print(world, lineOf(dyno, now));
      print(world);
    }
  });

/** Nothing for dyno types without a pool of hours. heroku.md 9, heroku-cli.md 2 */
async function quotaOf(
  control: ControlClient,
  path: string,
): Promise<Result<readonly string[], Explanation>> {
  const app = await control.get<AppBody>(path);
  if (!app.ok) return app;
  const { id, owner, process_tier: tier } = app.value.body;
  if (!isPooled(tier)) return ok([]);
  const quota = await control.get<QuotaBody>(`/accounts/${owner.id}/actions/get-quota`);
  if (!quota.ok) return quota;
  const { account_quota: pool, quota_used: used, apps } = quota.value.body;
  const usedByApp = apps.find(({ app_uuid }) => app_uuid === id)?.quota_used ?? 0;
  return ok([...quotaLines(tier, { pool, used, usedByApp }), ""]);
}

/** One-off dynos together and first, the others by type and command. */
function groups(dynos: readonly DynoBody[]): readonly (readonly DynoBody[])[] {
  const byHeading = Object.groupBy(dynos, headingOf);
  const all = Object.values(byHeading).filter((group) => group !== undefined);
  return [...all.filter(isOneOffs), ...all.filter((group) => !isOneOffs(group))];
}

const ONE_OFFS = "run: one-off processes";

function isOneOffs(group: readonly DynoBody[]): boolean {
  return headingOf(group[0]) === ONE_OFFS;
}

function headingOf(dyno: DynoBody | undefined): string {
  if (dyno === undefined || dyno.type === "run") return ONE_OFFS;
  return `${dyno.type} (${dyno.size}): ${dyno.command}`;
}

function lineOf(dyno: DynoBody, now: Date): string {
  const since = whenAndAgo(new Date(dyno.updated_at), now);
  return dyno.type === "run"
    ? `${dyno.name} (${dyno.size}): ${dyno.state} ${since}: ${dyno.command}`
    : `${dyno.name}: ${dyno.state} ${since}`;
}

function byNameAndNumber(a: DynoBody, b: DynoBody): number {
  return a.type.localeCompare(b.type) || numberOf(a) - numberOf(b);
}

function numberOf(dyno: DynoBody): number {
  return Number(/\.(\d+)$/.exec(dyno.name)?.[1] ?? 0);
}
