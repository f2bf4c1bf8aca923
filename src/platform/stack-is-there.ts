import type { Engine } from "../engine/engine.ts";
import type { ImagePair } from "../engine/stack-images.ts";
import type { ImageId } from "../heroku/names.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { PlatformFailure } from "./failure.ts";

/** For an offline build: making or pulling images takes a network. */
export async function stackIsThere(
  engine: Engine,
  named: ImagePair | "own",
  pythonMinor: string,
): Promise<Result<void, PlatformFailure>> {
  const what = named === "own" ? await ownMissing(engine, pythonMinor) : await missingOf(engine, named);
  if (!what.ok) return what;
  return what.value.length === 0 ? ok() : fail({ kind: "offline-missing", what: what.value });
}

async function ownMissing(
  engine: Engine,
  pythonMinor: string,
): Promise<Result<readonly string[], PlatformFailure>> {
  const pair = await engine.stack.list(pythonMinor);
  if (!pair.ok) return pair;
  const roles = pair.value.map(({ role }) => role);
  const isWhole = roles.includes("build") && roles.includes("run");
  return ok(isWhole ? [] : [`the stack images for Python ${pythonMinor}`]);
}

async function missingOf(
  engine: Engine,
  { build, run }: ImagePair,
): Promise<Result<readonly string[], PlatformFailure>> {
  const missing: string[] = [];
  for (const image of new Set([build, run]))
    if (!(await engine.hasImage(image as ImageId))) missing.push(`the image ${image}`);
  return ok(missing);
}
