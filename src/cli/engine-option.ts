import { ok, type Result } from "../kernel/result.ts";
import type { Explanation } from "../platform/failure.ts";
import type { EngineChoice } from "../platform/platform.ts";
import { usage, type Options } from "./command.ts";

const CHOICES: readonly EngineChoice[] = ["auto", "docker", "process"];

/** `--engine`; undefined: what DYNOSIM_ENGINE says. */
export function engineOption(options: Options): Result<EngineChoice | undefined, Explanation> {
  const text = options.text("engine");
  const found = CHOICES.find((choice) => choice === text);
  return text === undefined || found !== undefined
    ? ok(found)
    : usage(
        `--engine is docker, process or auto, not ${text}.`,
        "auto takes Docker when it answers, else processes of this machine.",
      );
}
