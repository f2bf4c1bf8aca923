import type { EngineFailure } from "../engine/failure.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { AppSource } from "../manifest/app-source.ts";
import { OUTPUT } from "./build-output.ts";
import { parseBuildReport } from "./build-report.ts";
import type { BuildRoom } from "./build-room.ts";
import type { Buildpack } from "./buildpack.ts";
import { checkOne, detectOne, type Chosen } from "./detect.ts";
import type { SlugFailure } from "./failure.ts";
import type { BuildpackRunner } from "./run-buildpack.ts";

type Failure = SlugFailure | EngineFailure;

export interface Order {
  readonly runner: BuildpackRunner;
  readonly room: BuildRoom;
  /** Those of the room, in its order. */
  readonly buildpacks: readonly Buildpack[];
  /** All of them are to run; else they are asked, and the first that matches runs. */
  readonly isSet: boolean;
  readonly source: AppSource;
  readonly onLine: (line: string) => void;
}

/**
 * Runs the buildpacks, and gives those that ran. Each one is asked when its turn has come, not before: it may live on
 * what the former ones made, as a language's does that comes after one which moves a sub-folder up. heroku.md 6.2, 6.3
 */
export async function compileInOrder(order: Order): Promise<Result<readonly Chosen[], Failure>> {
  const { runner, buildpacks, isSet, source, onLine } = order;
  if (!isSet) {
    const detected = await detectOne(runner, buildpacks, source, onLine);
    if (!detected.ok) return timedOut(order, detected, undefined);
    const compiled = await compileOne(order, detected.value, []);
    return compiled.ok ? ok([detected.value]) : compiled;
  }
  for (const line of OUTPUT.using(buildpacks.map(({ name }) => name))) onLine(line);
  const done: Chosen[] = [];
  for (const [index, buildpack] of buildpacks.entries()) {
    const checked = await checkOne(runner, buildpack, index, onLine);
    if (!checked.ok) return timedOut(order, checked, buildpack.name);
    const compiled = await compileOne(order, checked.value, done);
    if (!compiled.ok) return compiled;
    done.push(checked.value);
  }
  return ok(done);
}

async function compileOne(
  order: Order,
  { index, language }: Chosen,
  former: readonly Chosen[],
): Promise<Result<void, Failure>> {
  const { runner, room, onLine } = order;
  onLine(OUTPUT.detected(language));
  const compiled = await runner.compile(
    index,
    former.map((one) => one.index),
  );
  if (!compiled.ok) return timedOut(order, compiled, language);
  if (compiled.value === 0) return ok();
  for (const line of OUTPUT.notCompiled(language)) onLine(line);
  if (await runner.ranOutOfMemory()) return fail({ kind: "build-out-of-memory", language });
  const left = await runner.read(["cat", room.failureFile]);
  const printed = await runner.report(index);
  const report = parseBuildReport(printed.ok ? printed.value : "");
  // others' buildpacks have the report alone
  const named = (left.ok ? left.value?.toString().trim() : undefined) || report["failure_reason"];
  const identifier = named === undefined ? undefined : String(named);
  return fail({ kind: "compile-failed", language, status: compiled.value, identifier, report });
}

/** The same failure; where it is the time limit, Heroku's lines on it are told. */
function timedOut<T extends { readonly ok: false; readonly failure: Failure }>(
  { onLine }: Order,
  failed: T,
  who: string | undefined,
): T {
  if (failed.failure.kind === "build-timeout") for (const line of OUTPUT.timedOut(who)) onLine(line);
  return failed;
}
