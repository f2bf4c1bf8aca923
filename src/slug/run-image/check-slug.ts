import type { BuildBox } from "../../engine/build-box.ts";
import type { EngineFailure } from "../../engine/failure.ts";
import { ok, type Result } from "../../kernel/result.ts";
import type { RememberedFiles, SlugInput, SlugTools } from "../slug-input.ts";
import type { SlugTree } from "../slug-tree.ts";
import { mayBeBinary, readFileFacts } from "./file-facts.ts";
import { missingLibraries } from "./missing-libraries.ts";
import { missingPrograms, scriptsOf } from "./missing-programs.ts";
import { libraryNotices, programNotices } from "./notices.ts";
import { ownersOf } from "./package-of.ts";

export interface SlugToCheck {
  readonly tree: SlugTree;
  /** Where it lies in the box. */
  readonly root: string;
  readonly types: Readonly<Record<string, string>>;
}

type Input = Pick<SlugInput, "configVars" | "pythonMinor" | "images">;
type Tools = Pick<SlugTools, "engine" | "memory">;

/**
 * What a dyno will lack, before the first request: a library that a file of the slug is linked with, a program that a
 * process type or a script starts, and that only the build image has. A slug that cannot be checked is as good as one that
 * was not. heroku.md 10.B 22
 */
export async function runImageNotices(
  box: BuildBox,
  slug: SlugToCheck,
  input: Input,
  tools: Tools,
): Promise<readonly string[]> {
  // without containers a dyno has this machine's libraries and programs, as the build has
  if (tools.engine.stack.origin === "machine") return [];
  const remembered = tools.memory?.load() ?? { ofSlug: new Map(), ofRunImage: undefined };
  const checked = await checkSlug(box, slug, input, tools, remembered);
  if (!checked.ok) return [];
  tools.memory?.save(checked.value.remembered);
  return checked.value.notices;
}

interface CheckedSlug {
  readonly notices: readonly string[];
  /** For the next build. */
  readonly remembered: RememberedFiles;
}

async function checkSlug(
  box: BuildBox,
  { tree, root, types }: SlugToCheck,
  { configVars, pythonMinor, images }: Input,
  { engine }: Tools,
  { ofSlug: former, ofRunImage: formerImage }: RememberedFiles,
): Promise<Result<CheckedSlug, EngineFailure>> {
  const binaries = [...tree].filter(([path, entry]) => mayBeBinary(path, entry)).map(([path]) => path);
  const scripts = scriptsOf(tree, types);
  const [ofSlug, ofRunImage] = await Promise.all([
    readFileFacts(box, root, tree, { binaries, scripts }, former),
    engine.stack.runFiles(pythonMinor, formerImage, images?.run),
  ]);
  if (!ofSlug.ok) return ofSlug;
  if (!ofRunImage.ok) return ofRunImage;
  const remembered = { ofSlug: ofSlug.value, ofRunImage: ofRunImage.value };
  const libraries = missingLibraries(tree, ofSlug.value, new Set(ofRunImage.value.libraries), configVars);
  const programs = missingPrograms(tree, ofSlug.value, new Set(ofRunImage.value.programs), types);
  if (libraries.length + programs.length === 0) return ok({ notices: [], remembered });
  const owners = await ownersOf(box, libraries, programs);
  if (!owners.ok) return owners;
  const around = { owners: owners.value, usesApt: tree.has(".apt") };
  const notices = [...libraryNotices(libraries, around), ...programNotices(programs, around)];
  return ok({ notices, remembered });
}
