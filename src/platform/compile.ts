import { fileURLToPath } from "node:url";
import type { Engine } from "../engine/engine.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Random } from "../kernel/random.ts";
import { ok, type Result } from "../kernel/result.ts";
import type { Millis } from "../kernel/units.ts";
import type { AppSource } from "../manifest/app-source.ts";
import type { ConfigVars } from "../release/config-vars.ts";
import type { Slug } from "../release/slug.ts";
import { readShelf } from "../slug/shelf.ts";
import { compileSlug } from "../slug/compile-slug.ts";
import { hostSettings } from "../slug/host-settings.ts";
import { slugInputs } from "../slug/slug-inputs.ts";
import type { FileMemory, FormerSlug } from "../slug/slug-input.ts";
import { readWrittenTree, writtenTree } from "../slug/slug-tree.ts";
import type { App } from "./app.ts";
import { chooseStack } from "./choose-stack.ts";
import type { PlatformFailure } from "./failure.ts";
import type { BuildOptions } from "./platform.ts";
import type { TreeFile } from "./tree-file.ts";

/** The former slug where nothing that goes into one has changed, else a new one. */
export type SlugFor = (
  source: AppSource,
  configVars: ConfigVars,
  former: Slug | undefined,
  options: BuildOptions,
  watcher: BuildWatcher,
) => Promise<Result<SlugForResult, PlatformFailure>>;

export interface BuildWatcher {
  readonly started: () => void;
  readonly failed: () => void;
}

interface SlugForResult {
  readonly slug: Slug;
  readonly isNew: boolean;
  readonly notices: readonly string[];
}

export interface CompileTools {
  readonly app: App;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly timeLimit: Millis;
  readonly random: Random;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly onNotice: (line: string) => void;
  /** What the last slug holds, by its image. */
  readonly trees: TreeFile;
  /** What is known of that slug's files. */
  readonly memory: FileMemory;
}

const BUILDPACKS = fileURLToPath(new URL("../../buildpack-sim", import.meta.url));

export function slugCompiler(tools: CompileTools): SlugFor {
  const { app, engine, clock, random } = tools;
  return async (source, configVars, former, options, watcher) => {
    const shelf = await readShelf(BUILDPACKS);
    if (!shelf.ok) return shelf;
    // The first match was pinned by the first successful build. heroku.md 6.2
    const pinned = former && shelf.value.filter(({ name }) => former.buildpacks.includes(name));
    const stack = await chooseStack(engine.stack, {
      source,
      buildpacks: pinned?.map(({ name }) => name),
      stickyPython: app.state.stickyPython,
      lastMinor: former?.pythonMinor,
    });
    if (!stack.ok) return stack;
    const { pythonMinor, usesPython } = stack.value;
    const made = await engine.stack.build(pythonMinor, tools.onNotice, options.signal);
    if (!made.ok) return made;
    const images = await engine.stack.list();
    if (!images.ok) return images;
    const inputs = slugInputs({
      treeHash: source.treeHash,
      configVars,
      // not the pinned ones: the first build, that pins, would differ from the second
      buildpacks: shelf.value,
      images: images.value.filter(({ minor }) => minor === pythonMinor).map(({ id }) => id),
      pythonMinor,
      strict: options.strict,
    });
    for (const slug of [former, ...app.state.spareSlugs]) {
      if (slug?.inputs === inputs && (await engine.hasImage(slug.image)))
        return ok({ slug, isNew: false, notices: [] });
    }
    watcher.started();
    const compiled = await compileSlug(
      {
        label: app.label,
        source,
        configVars,
        buildpacks: pinned,
        pythonMinor,
        strict: options.strict,
        release: app.history.nextVersion,
        inputs,
        former: former && formerSlug(former, tools.trees.load(former.image)),
      },
      {
        engine,
        clock,
        random,
        shelf: shelf.value,
        host: hostSettings(tools.environment),
        onLine: options.onLine,
        onProgress: tools.onNotice,
        signal: options.signal,
        timeLimit: tools.timeLimit,
        memory: tools.memory,
      },
    );
    if (!compiled.ok) {
      watcher.failed();
      return compiled;
    }
    const { notices, tree, ...slug } = compiled.value;
    if (tree !== undefined) tools.trees.save(slug.image, writtenTree(tree));
    if (usesPython) app.change({ stickyPython: pythonMinor });
    return ok({ slug, isNew: true, notices });
  };
}

function formerSlug(slug: Slug, written: string | undefined): FormerSlug | undefined {
  const tree = written === undefined ? undefined : readWrittenTree(written);
  return tree && { slug, tree };
}
