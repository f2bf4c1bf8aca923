import { constants, realpathSync } from "node:fs";
import { access, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fail, ok, type Result } from "../../kernel/result.ts";
import type { EngineFailure } from "../failure.ts";
import { placesIn, type Places } from "./places.ts";
import { attempt } from "./process-trouble.ts";
import { makeRoot } from "./rooms.ts";

const ELSEWHERE = "TMPDIR may name another folder";

/** The user's folder in the temp folder, made and tried out; `given`: instead of that one. */
export async function findPlaces(given?: Places): Promise<Result<Places, EngineFailure>> {
  const temp = tmpdir();
  let places = given;
  try {
    places ??= placesIn(realpathSync(temp));
  } catch (error) {
    return unfit(`the temp folder ${temp} cannot be found (${codeOf(error)}); ${ELSEWHERE}`);
  }
  const made = await attempt(places, "make its folder in the temp folder", () => tryOut(places));
  if (!made.ok) return made;
  return made.value === undefined ? ok(places) : unfit(made.value);
}

/** Undefined when rooms can lie there; else why not. What a full disk makes of it, it throws. */
async function tryOut(places: Places): Promise<string | undefined> {
  try {
    const refused = await makeRoot(places);
    if (refused !== undefined) return refused;
    const isRun = await mayRun(places.root);
    return isRun
      ? undefined
      : `programs may not be run in ${places.root}, which is mounted with noexec; ${ELSEWHERE}`;
  } catch (error) {
    if (!NOT_WRITABLE.has(codeOf(error))) throw error;
    return `nothing may be written in ${places.root} (${codeOf(error)}); ${ELSEWHERE}`;
  }
}

/** A buildpack's scripts are, and so is much of an app. The kernel grants nobody what it would not do. */
async function mayRun(root: string): Promise<boolean> {
  const file = join(root, `may-run-${process.pid}`);
  try {
    await writeFile(file, "#!/bin/sh\n", { mode: 0o700 });
    return await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
  } finally {
    await rm(file, { force: true });
  }
}

const NOT_WRITABLE: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR"]);

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

function unfit(reason: string): Result<never, EngineFailure> {
  return fail({ kind: "machine-unfit", reason });
}
