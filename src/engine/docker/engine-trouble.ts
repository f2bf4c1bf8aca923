import { fail, ok, type Result } from "../../kernel/result.ts";
import type { EngineFailure } from "../failure.ts";

/** How a connection that breaks or cannot be made shows in Node. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOENT",
  "EACCES",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENOTFOUND",
]);
const DISK_FULL = /ENOSPC|no space left on device|disk quota exceeded/i;

/** Does `act`; what the engine refuses becomes a failure that says `during` what. */
export async function attempt<T>(during: string, act: () => Promise<T>): Promise<Result<T, EngineFailure>> {
  try {
    return ok(await act());
  } catch (error) {
    return fail(toFailure(error, during));
  }
}

/** Does `act`, and takes these answers for success: the thing is gone already, or being removed. */
export async function ignoring(statuses: readonly number[], act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!statuses.includes(statusOf(error) ?? 0)) throw error;
  }
}

export function toFailure(error: unknown, during: string): EngineFailure {
  const reason = reasonOf(error);
  if (DISK_FULL.test(reason)) return { kind: "disk-full", reason };
  if (isUnreachable(error)) return { kind: "engine-unreachable", tried: [`${during}: ${reason}`] };
  const image = /no such image: (\S+)/i.exec(reason)?.[1];
  if (image !== undefined) return { kind: "image-missing", image };
  return { kind: "engine-error", during, reason };
}

/** HTTP status of the engine's answer; undefined when it gave none. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : undefined;
}

/** The engine did not answer at all, as against: it refused. */
export function isUnreachable(error: unknown): boolean {
  if (statusOf(error) !== undefined || !(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return UNREACHABLE.has(code) || /socket hang up/i.test(error.message);
}

export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^\(HTTP code \d+\) [^-]*- /, "").trim();
}

/** Somebody removed the app's network or volume under us. */
export function isSurroundingsGone(error: unknown): boolean {
  return (
    (statusOf(error) ?? 0) >= 400 && /network .*not found|no such (network|volume)/i.test(reasonOf(error))
  );
}
