import { fail, ok, type Result } from "../../kernel/result.ts";
import type { EngineFailure } from "../failure.ts";
import type { Places } from "./places.ts";

/** The slug of a release is not there. */
export class SlugMissing extends Error {
  readonly image: string;

  constructor(image: string) {
    super(`no such slug: ${image}`);
    this.image = image;
  }
}

const DISK_FULL: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT"]);
const SAYS_DISK_FULL = /no space left on device|disk quota exceeded/i;

/** Does `act`; what this machine refuses becomes a failure that says `during` what. */
export async function attempt<T>(
  { root }: Pick<Places, "root">,
  during: string,
  act: () => Promise<T>,
): Promise<Result<T, EngineFailure>> {
  try {
    return ok(await act());
  } catch (error) {
    return fail(toFailure(error, during, root));
  }
}

function toFailure(error: unknown, during: string, root: string): EngineFailure {
  const reason = reasonOf(error);
  if (error instanceof SlugMissing) return { kind: "image-missing", image: error.image };
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (DISK_FULL.has(code) || SAYS_DISK_FULL.test(reason)) return { kind: "disk-full", reason, folder: root };
  return { kind: "machine-refused", during, reason };
}

/** Of a program that failed, what it said of it; its command line names rooms that are gone by now. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const said = "stderr" in error ? String(error.stderr).trim().split("\n") : [];
  return said.find((line) => SAYS_DISK_FULL.test(line)) ?? (said.filter(Boolean).at(-1) || error.message);
}
