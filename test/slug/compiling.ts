import { expect } from "vitest";
import type { AppName, InstanceId } from "../../src/heroku/names.ts";
import { FrozenClock } from "../../src/kernel/frozen-clock.ts";
import { seededRandom } from "../../src/kernel/random.ts";
import type { Result } from "../../src/kernel/result.ts";
import { instant } from "../../src/kernel/units.ts";
import { readAppSource } from "../../src/manifest/read-app.ts";
import { readBuildpack } from "../../src/slug/buildpack.ts";
import { compileSlug } from "../../src/slug/compile-slug.ts";
import type { SlugInput, SlugTools } from "../../src/slug/slug-input.ts";
import { appFolder, type AppFolder } from "../manifest/app-folder.ts";
import { LocalEngine, type LocalBox } from "./local-box.ts";

export const SH: string = "#!/usr/bin/env bash\n";

/** A buildpack out of three scripts. */
export const PACK: Record<"bin/detect" | "bin/compile" | "bin/release", string> = {
  "bin/detect": `${SH}[[ -f "$1/requirements.txt" ]] && echo Python`,
  "bin/compile": `${SH}echo "-----> Compiling"; mkdir -p "$1/.heroku"; echo made > "$1/.heroku/made"`,
  "bin/release": `${SH}echo noise >&2; echo ---`,
};

export interface Build {
  readonly result: Awaited<ReturnType<typeof compileSlug>>;
  readonly lines: string[];
  readonly engine: LocalEngine;
}

export interface BuildCase {
  readonly app: Record<string, string>;
  readonly packs?: readonly Record<string, string>[];
  readonly set?: boolean;
  readonly input?: Partial<SlugInput>;
  readonly tools?: Partial<SlugTools>;
  readonly onBox?: (box: LocalBox, engine: LocalEngine) => void;
}

export async function build({
  app: files,
  packs = [PACK],
  set = false,
  input = {},
  tools = {},
  onBox = () => {},
}: BuildCase): Promise<Build> {
  await using app = await appFolder(files);
  const folders: AppFolder[] = await Promise.all(packs.map(appFolder));
  const buildpacks = await Promise.all(
    folders.map(async ({ path }, index) => good(await readBuildpack(`pack-${index}`, path))),
  );
  const engine = new LocalEngine();
  engine.onBox = (box) => onBox(box, engine);
  const lines: string[] = [];
  const result = await compileSlug(
    {
      label: { instance: "i" as InstanceId, app: "demo" as AppName },
      source: good(await readAppSource(app.path, { kind: "tracked" })),
      configVars: {},
      buildpacks: set ? buildpacks : undefined,
      pythonMinor: "3.13",
      strict: false,
      release: 3,
      inputs: "inputs",
      ...input,
    },
    {
      engine,
      clock: new FrozenClock(instant(0)),
      random: seededRandom(1),
      shelf: buildpacks,
      onLine: (line) => lines.push(line),
      onProgress: () => {},
      signal: undefined,
      ...tools,
    },
  );
  for (const folder of folders) await folder[Symbol.asyncDispose]();
  expect(engine.boxes.every(({ disposed }) => disposed)).toBe(true);
  return { result, lines, engine };
}

export function good<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}
