import type { FormationBody } from "../../api/resources/formation.ts";
import { DYNO_TYPES, ECO_MONTHLY, HOURS_A_MONTH } from "../../heroku/dyno-types.ts";
import { ok, type Result } from "../../kernel/result.ts";
import type { Explanation } from "../../platform/failure.ts";
import { withRunningApp } from "../app-of.ts";
import { failed, type Command } from "../command.ts";
import { noProcessTypes } from "../no-process-types.ts";
import { action } from "../render/action.ts";
import { table } from "../render/table.ts";
import { print, printJson, type World } from "../world.ts";

interface Change {
  readonly type: string;
  readonly size: string;
}

/** `ps:type`, `ps:type standard-1x` for all, `ps:type web=standard-2x`. heroku.md 9 */
export const psType: Command = async (call) =>
  withRunningApp(call, async ({ name, path, control }) => {
    const { world, options } = call;
    const before = await control.get<readonly FormationBody[]>(`${path}/formation`);
    if (!before.ok) return before;
    const changes = readChanges(call.arguments, before.value.body);
    if (!changes.ok) return changes;
    if (changes.value.length > 0) {
      const resized = await action(world, `Scaling dynos on ⬢ ${name}`, () =>
        control.send("PATCH", `${path}/formation`, { updates: changes.value }),
      );
      if (!resized.ok) return resized;
    }
    const after = await control.get<readonly FormationBody[]>(`${path}/formation`);
    if (!after.ok) return after;
    const formation = after.value.body.toSorted((a, b) => (a.type < b.type ? -1 : 1));
    if (options.flag("json")) printJson(world, formation.map(withPrice));
    else if (formation.length === 0) return noProcessTypes(name);
    else printFormation(world, formation);
    return ok(0);
  });

function readChanges(
  texts: readonly string[],
  formation: readonly FormationBody[],
): Result<readonly Change[], Explanation> {
  const [first] = texts;
  if (first === undefined) return ok([]);
  if (!texts.some((text) => text.includes("=")))
    return ok(formation.map(({ type }) => ({ type, size: first })));
  const changes: Change[] = [];
  for (const text of texts) {
    const [, type, size] = /^([\w-]+)=([\w-]+)$/.exec(text) ?? [];
    if (type === undefined || size === undefined || !formation.some((one) => one.type === type)) {
      return failed(
        `Type ${type ?? text} not found in process formation.`,
        `Types: ${formation.map((one) => one.type).join(", ")}`,
      );
    }
    changes.push({ type, size });
  }
  return ok(changes);
}

/** What costs nothing has no figures. */
function printFormation(world: World, formation: readonly FormationBody[]): void {
  print(world, "=== Process Types\n");
  const rows = formation.map((one) => {
    const monthly = monthlyOf(one);
    const costs = [
      `~$${((monthly / HOURS_A_MONTH) * (one.quantity || 1)).toFixed(3)}`,
      `$${monthly * one.quantity}`,
    ];
    return [one.type, one.size, String(one.quantity), ...(monthly === 0 ? ["", ""] : costs)];
  });
  for (const line of table(["type", "size", "qty", "cost/hour", "max cost/month"], rows)) print(world, line);
  print(world, "\n=== Dyno Totals\n");
  const totals = Map.groupBy(formation, ({ size }) => size);
  const sums = [...totals].map(([size, ones]) => [
    size,
    String(ones.reduce((sum, { quantity }) => sum + quantity, 0)),
  ]);
  for (const line of table(["type", "total"], sums)) print(world, line);
  if (formation.some(({ size }) => size === DYNO_TYPES.eco.label))
    print(world, `\n$${ECO_MONTHLY} (flat monthly fee, shared across all Eco dynos)`);
}

function withPrice(one: FormationBody): FormationBody & { readonly dynosim: { readonly monthly: number } } {
  return { ...one, dynosim: { monthly: monthlyOf(one) * one.quantity } };
}

/** Dollars for one dyno. */
function monthlyOf({ size }: FormationBody): number {
  return Object.values(DYNO_TYPES).find(({ label }) => label === size)?.monthly ?? 0;
}
