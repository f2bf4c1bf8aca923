import type { BuildpackBody } from "../../api/resources/buildpack.ts";
import { ok, type Result } from "../../kernel/result.ts";
import type { Explanation } from "../../platform/failure.ts";
import { withApp, type AppClient } from "../app-of.ts";
import { failed, usage, type Call, type Command, type Outcome } from "../command.ts";
import { print, printJson, type World } from "../world.ts";

/** All words are those of heroku/cli, commands/buildpacks and lib/buildpacks (v11). */
export const buildpacks: Command = (call) =>
  withApp(call, async (app) => {
    const set = await installed(app);
    if (!set.ok) return set;
    const { world, options } = call;
    if (options.flag("json")) printJson(world, set.value);
    else if (set.value.length === 0) print(world, `⬢ ${app.name} has no Buildpacks.`);
    else {
      const noun = set.value.length > 1 ? "Buildpacks" : "Buildpack";
      print(world, `=== ⬢ ${app.name} Classic ${noun} (from the Heroku Buildpack Registry)\n`);
      for (const line of listed(set.value, "")) print(world, line);
    }
    return ok(0);
  });

export const buildpacksAdd: Command = (call) => insert(call, "add");
export const buildpacksSet: Command = (call) => insert(call, "set");

/** `add` puts it before what stands at the index, `set` in its place; without one, last and first. */
async function insert(call: Call, verb: "add" | "set"): Promise<Outcome> {
  const [wanted] = call.arguments;
  if (wanted === undefined)
    return usage(
      `Usage: dynosim buildpacks:${verb} BUILDPACK [--index N]`,
      "For example: dynosim buildpacks:add heroku/nodejs --index 1",
    );
  const index = indexOption(call);
  if (!index.ok) return index;
  return withApp(call, async (app) => {
    const before = await installed(app);
    if (!before.ok) return before;
    const names = before.value.map(({ buildpack }) => buildpack.name);
    if (find(before.value, wanted) !== -1)
      return failed(`The buildpack ${wanted} is already set on your app.`);
    const standing = verb === "add" ? names.length : 0;
    const place = index.value === undefined ? standing : Math.min(index.value - 1, names.length);
    const set = await put(app, names.toSpliced(place, verb === "add" ? 0 : 1, wanted));
    return set.ok ? tellSet(call, app, set.value, verb === "add" ? "added" : "set") : set;
  });
}

export const buildpacksRemove: Command = async (call) => {
  const [wanted] = call.arguments;
  const index = indexOption(call);
  if (!index.ok) return index;
  if (index.value !== undefined && wanted !== undefined)
    return failed("Please choose either index or Buildpack, but not both.");
  if (index.value === undefined && wanted === undefined)
    return usage(
      "Usage: dynosim buildpacks:remove [BUILDPACK_URL]. Must specify a buildpack to remove, either by index or URL.",
    );
  return withApp(call, async (app) => {
    const before = await installed(app);
    if (!before.ok) return before;
    const names = before.value.map(({ buildpack }) => buildpack.name);
    if (names.length === 0)
      return failed(`No buildpacks were found. Next release on ${app.name} will detect buildpack normally.`);
    if (index.value !== undefined && index.value > names.length)
      return failed(
        names.length === 1
          ? "Invalid index. Only valid value is 1."
          : `Invalid index. Please choose a value between 1 and ${names.length}`,
      );
    const place = index.value === undefined ? find(before.value, wanted) : index.value - 1;
    if (place === -1) return failed("Buildpack not found. Nothing was removed.");
    if (names.length === 1) return clear(call, app, "Buildpack removed.");
    const set = await put(app, names.toSpliced(place, 1));
    return set.ok ? tellSet(call, app, set.value, "removed") : set;
  });
};

export const buildpacksClear: Command = (call) =>
  withApp(call, (app) => clear(call, app, "Buildpacks cleared."));

async function clear({ world, options }: Call, app: AppClient, done: string): Promise<Outcome> {
  const set = await put(app, []);
  if (!set.ok) return set;
  const vars = await app.control.get<Readonly<Record<string, string>>>(`${app.path}/config-vars`);
  if (!vars.ok) return vars;
  const { BUILDPACK_URL } = vars.value.body;
  if (options.flag("json")) printJson(world, set.value);
  else if (BUILDPACK_URL) print(world, done);
  else print(world, `${done} Next release on ⬢ ${app.name} will detect buildpacks normally.`);
  if (BUILDPACK_URL)
    world.stderr.write(
      " ›   Warning: The BUILDPACK_URL config var is still set and will be used for the next release\n",
    );
  return ok(0);
}

function tellSet(
  { world, options }: Call,
  { name }: AppClient,
  set: readonly BuildpackBody[],
  done: "added" | "set" | "removed",
): Outcome {
  if (options.flag("json")) printJson(world, set);
  else if (set.length === 1) tellOne(world, name, set, done);
  else {
    print(world, `Buildpack ${done}. Next release on ⬢ ${name} will use:`);
    for (const line of listed(set, "  ")) print(world, line);
    print(world, "Run dynosim up to create a new release using these buildpacks.");
  }
  return ok(0);
}

function tellOne(world: World, app: string, set: readonly BuildpackBody[], done: string): void {
  print(world, `Buildpack ${done}. Next release on ⬢ ${app} will use ${set[0]?.buildpack.name}.`);
  print(world, "Run dynosim up to create a new release using this buildpack.");
}

function listed(set: readonly BuildpackBody[], indent: string): readonly string[] {
  if (set.length === 1) return set.map(({ buildpack }) => buildpack.name);
  return set.map(({ buildpack }, index) => `${indent}${index + 1}. ${buildpack.name}`);
}

function find(set: readonly BuildpackBody[], wanted: string | undefined): number {
  return set.findIndex(({ buildpack }) => wanted === buildpack.name || wanted === buildpack.url);
}

async function installed(app: AppClient): Promise<Result<readonly BuildpackBody[], Explanation>> {
  const reply = await app.control.get<readonly BuildpackBody[]>(`${app.path}/buildpack-installations`);
  return reply.ok ? ok(reply.value.body) : reply;
}

async function put(
  app: AppClient,
  names: readonly string[],
): Promise<Result<readonly BuildpackBody[], Explanation>> {
  const updates = names.map((buildpack) => ({ buildpack }));
  const path = `${app.path}/buildpack-installations`;
  const reply = await app.control.send<readonly BuildpackBody[]>("PUT", path, { updates });
  return reply.ok ? ok(reply.value.body) : reply;
}

/** From 1, as people count. */
function indexOption({ options }: Call): Result<number | undefined, Explanation> {
  const text = options.text("index");
  if (text === undefined) return ok(undefined);
  return /^[1-9]\d*$/.test(text) ? ok(Number(text)) : failed("Invalid index. Must be greater than 0.");
}
