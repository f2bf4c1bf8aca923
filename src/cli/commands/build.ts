import { resolve } from "node:path";
import type { BuiltBody } from "../../api/resources/build.ts";
import { ok } from "../../kernel/result.ts";
import { withApp } from "../app-of.ts";
import { Options, usage, type Call, type Command } from "../command.ts";
import { envFile, parsePairs } from "../config-pairs.ts";
import { megabytes } from "../render/aligned.ts";
import { failureFacts } from "../render/build-facts.ts";
import { sourceOption } from "../source-option.ts";
import { stackImageOption } from "../stack-image-option.ts";
import { tellEngine } from "../tell-engine.ts";
import { print, printJson, tell } from "../world.ts";

/** Compiles and stops: build output on standard error, what came of it on standard output. */
export const build: Command = async (call) => {
  const { world, options } = call;
  const source = sourceOption(options);
  if (!source.ok) return source;
  const fromFile = await envFile(world.cwd, options.text("envFile"));
  if (!fromFile.ok) return fromFile;
  const pairs = parsePairs(options.list("env"));
  if (!pairs.ok) return pairs;
  const stackImage = stackImageOption(options);
  if (!stackImage.ok) return stackImage;
  const buildpacks = options.list("buildpack");
  const slug = options.text("slug");
  const inFolder = withFolder(call);
  if (inFolder === undefined) return usage("Say the folder once: as an argument or with --dir.");
  return withApp(inFolder, async (app) => {
    const { path, control } = app;
    if (app.run === undefined) await tellEngine(world, app, "notice");
    const built = await control.follow<BuiltBody>(
      `/dynosim${path}/builds`,
      {
        source: source.value,
        strict: options.flag("strict"),
        ...(options.flag("offline") ? { offline: true } : {}),
        env: { ...fromFile.value, ...pairs.value },
        ...(buildpacks.length === 0 ? {} : { buildpacks }),
        ...(stackImage.value === undefined ? {} : { stack_images: stackImage.value }),
        ...(slug === undefined ? {} : { slug_file: resolve(world.cwd, slug) }),
      },
      (line) => tell(world, line),
    );
    if (!built.ok) {
      if (options.flag("json")) printJson(world, failureFacts(built.failure));
      return built;
    }
    for (const notice of built.value.notices) tell(world, notice);
    if (options.flag("json")) printJson(world, built.value);
    else {
      const { compiled, slugSize } = built.value;
      print(world, `${compiled ? "Compiled" : "Unchanged, the former slug stands"}: ${megabytes(slugSize)}`);
      if (slug !== undefined) print(world, `Slug written: ${resolve(world.cwd, slug)}`);
    }
    return ok(0);
  });
};

function withFolder(call: Call): Call | undefined {
  const [folder] = call.arguments;
  if (folder === undefined) return call;
  if (call.options.text("dir") !== undefined) return undefined;
  const [app, engine] = [call.options.text("app"), call.options.text("engine")];
  return {
    ...call,
    options: new Options({
      dir: folder,
      ...(app === undefined ? {} : { app }),
      ...(engine === undefined ? {} : { engine }),
    }),
  };
}
