import type { EngineFailure } from "../engine/failure.ts";

/** Without what stands before and after it: each line of a build is tried, and some are long. */
const SAID = /no space left on device|ENOSPC|disk quota exceeded/i;

/** The engine's own calls say it in their answer; a command in a build says it in its output. */
export function diskFullIn(output: string): EngineFailure | undefined {
  if (!SAID.test(output)) return undefined;
  const reason = output.split("\n").find((line) => SAID.test(line)) ?? output;
  return { kind: "disk-full", reason: reason.trim() };
}
