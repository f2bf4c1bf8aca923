import { ok, type Result } from "../kernel/result.ts";
import type { Explanation } from "../platform/failure.ts";
import type { ImagePair } from "../platform/platform.ts";
import { usage, type Options } from "./command.ts";

/** `own`: dynosim's own again; undefined: as before. */
export type StackImageOption = ImagePair | "own" | undefined;

/** `--stack-image build=heroku/heroku:24-build,run=heroku/heroku:24`, or `own`. */
export function stackImageOption(options: Options): Result<StackImageOption, Explanation> {
  const text = options.text("stackImage");
  if (text === undefined || text === "own") return ok(text);
  const parts = new Map(text.split(",").map((part) => pair(part)));
  const [build, run] = [parts.get("build"), parts.get("run")];
  if (build && run && parts.size === 2) return ok({ build, run });
  return usage(
    `--stack-image takes two images, not ${text}.`,
    "For example: --stack-image build=heroku/heroku:24-build,run=heroku/heroku:24 (or own: dynosim's own again)",
  );
}

function pair(part: string): readonly [string, string] {
  const equals = part.indexOf("=");
  return [part.slice(0, Math.max(equals, 0)).trim(), part.slice(equals + 1).trim()];
}
