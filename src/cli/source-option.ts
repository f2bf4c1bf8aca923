import { ok, type Result } from "../kernel/result.ts";
import type { Explanation } from "../platform/failure.ts";
import type { SourceChoice } from "../platform/platform.ts";
import { usage, type Options } from "./command.ts";

/** issue A 4 */
export function sourceOption(options: Options): Result<SourceChoice, Explanation> {
  const ref = options.text("ref");
  if (ref !== undefined && options.flag("workingTree"))
    return usage("--ref and --working-tree exclude each other.", "A commit has no files that are not in it.");
  if (ref !== undefined) return ok({ kind: "ref", ref });
  return ok({ kind: options.flag("workingTree") ? "working-tree" : "tracked" });
}
