import { fail, ok, type Result } from "../kernel/result.ts";
import type { Explanation } from "../platform/failure.ts";
import type { EngineReport, Enforcement } from "../platform/platform.ts";
import { columns } from "./render/aligned.ts";
import { limitName } from "./render/limit-rows.ts";

/** `--strict`: what is absent is an error, not a remark. That no share of the CPU is capped is one where it was asked for. */
export function strictLimits(
  { limits, means }: EngineReport,
  { cpu }: Pick<Enforcement, "cpu">,
): Result<void, Explanation> {
  const absent = limits.filter(
    ({ how, limit }) => how === "absent" && (limit !== "cpu-share" || cpu === "dyno"),
  );
  if (absent.length === 0) return ok();
  return fail({
    title: `--strict: this engine lacks ${absent.length === 1 ? "one limit" : `${absent.length} limits`} of a dyno.`,
    body: columns(absent.map((limit) => [limitName(limit), limit.detail])).join("\n"),
    next:
      means.kind === "processes"
        ? "Nothing was started. Have it in containers (how to get them: dynosim doctor), or leave out --strict."
        : "Nothing was started. dynosim doctor looks at the engine; or leave out --strict.",
    exitCode: 3,
  });
}
