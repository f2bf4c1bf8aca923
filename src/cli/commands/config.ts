import { ok } from "../../kernel/result.ts";
import type { ReleaseBody } from "../../api/resources/release.ts";
import { withApp, type AppClient } from "../app-of.ts";
import { usage, type Call, type Command, type Outcome } from "../command.ts";
import { parsePairs } from "../config-pairs.ts";
import { action } from "../render/action.ts";
import { namesAndValues } from "../render/aligned.ts";
import { shellQuote } from "../render/shell-quote.ts";
import { print, printJson, tell } from "../world.ts";

type Vars = Readonly<Record<string, string>>;

/** heroku.md 9 */
export const config: Command = async (call) =>
  withApp(call, async ({ name, path, control }) => {
    const { world, options } = call;
    const reply = await control.get<Vars>(`${path}/config-vars`);
    if (!reply.ok) return reply;
    const vars = sorted(reply.value.body);
    if (options.flag("json")) printJson(world, Object.fromEntries(vars));
    else if (options.flag("shell"))
      for (const [key, value] of vars) print(world, `${key}=${shellQuote(value)}`);
    else if (vars.length === 0) print(world, `⬢ ${name} has no config vars.`);
    else for (const line of [`=== ⬢ ${name} Config Vars`, "", ...namesAndValues(vars)]) print(world, line);
    return ok(0);
  });

export const configGet: Command = async (call) => {
  const { world, options, arguments: keys } = call;
  if (keys.length === 0) return usage("Usage: dynosim config:get KEY...", "Must specify KEY.");
  return withApp(call, async ({ path, control }) => {
    const reply = await control.get<Vars>(`${path}/config-vars`);
    if (!reply.ok) return reply;
    const { body } = reply.value;
    if (options.flag("json")) {
      printJson(world, Object.fromEntries(keys.map((key) => [key, body[key] ?? null])));
      return ok(0);
    }
    for (const key of keys) {
      const value = body[key] ?? "";
      print(world, options.flag("shell") ? `${key}=${shellQuote(value)}` : value);
    }
    return ok(0);
  });
};

export const configSet: Command = async (call) => {
  const usageLine = "Usage: dynosim config:set KEY1=VALUE1 [KEY2=VALUE2 ...]";
  if (call.arguments.length === 0) return usage(usageLine, "Must specify KEY and VALUE to set.");
  const pairs = parsePairs(call.arguments);
  if (!pairs.ok) return pairs;
  const keys = Object.keys(pairs.value);
  return withApp(call, async (app) => {
    const set = await change(call, app, "Setting", keys, pairs.value);
    if (!set.ok) return set;
    const now = keys.map((key) => [key, set.value[key] ?? ""] as const);
    if (call.options.flag("json")) printJson(call.world, Object.fromEntries(now));
    else for (const line of namesAndValues(now)) print(call.world, line);
    return ok(0);
  });
};

export const configUnset: Command = async (call): Promise<Outcome> => {
  const keys = call.arguments;
  if (keys.length === 0)
    return usage("Usage: dynosim config:unset KEY1 [KEY2 ...]", "Must specify KEY to unset.");
  const patch = Object.fromEntries(keys.map((key) => [key, null]));
  return withApp(call, async (app) => {
    const unset = await change(call, app, "Unsetting", keys, patch);
    return unset.ok ? ok(0) : unset;
  });
};

/** The dynos are restarted where there are some; Heroku's words are the same either way. */
async function change(
  { world }: Call,
  { name, path, control }: AppClient,
  verb: string,
  keys: readonly string[],
  patch: Readonly<Record<string, string | null>>,
): ReturnType<typeof action<Vars, import("../../platform/failure.ts").Explanation>> {
  let version = 0;
  let stale: readonly string[] = [];
  const done = await action(
    world,
    `${verb} ${keys.join(", ")} and restarting ⬢ ${name}`,
    async () => {
      const set = await control.send<Vars>("PATCH", `${path}/config-vars`, patch);
      if (!set.ok) return set;
      const newest = { Range: "version ..; max=1, order=desc" };
      const releases = await control.get<readonly ReleaseBody[]>(`${path}/releases`, newest);
      if (!releases.ok) return releases;
      const [release] = releases.value.body;
      version = release?.version ?? 0;
      stale = keys.filter((key) => release?.changed_since_build.includes(key));
      return ok(set.value.body);
    },
    () => `done, v${version}`,
  );
  if (done.ok && stale.length > 0) tell(world, staleLine(stale));
  return done;
}

/** Nothing is built for a config change, on Heroku as here; whoever waits for its effect on a build waits in vain. */
function staleLine(names: readonly string[]): string {
  const [took, have] = names.length === 1 ? ["takes", "value it"] : ["take", "values they"];
  return `${names.join(", ")} ${took} part in the build, and a config change builds nothing: the slug keeps the ${have} had then until the next deploy (dynosim up).`;
}

function sorted(vars: Vars): readonly (readonly [string, string])[] {
  return Object.entries(vars).sort(([a], [b]) => (a < b ? -1 : 1));
}
