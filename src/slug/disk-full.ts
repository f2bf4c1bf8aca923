import type { EngineFailure } from "../engine/engine.ts";

const SAID = /.*(?:no space left on device|ENOSPC|disk quota exceeded).*/i;

/** The engine's own calls say it in their answer; a command in a build says it in its output. */
export function diskFullIn(output: string): EngineFailure | undefined {
  const reason = SAID.exec(output)?.[0].trim();
  return reason === undefined ? undefined : { kind: "disk-full", reason };
}
