import { resolve } from "node:path";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { Explanation } from "../platform/failure.ts";
import { usage } from "./command.ts";

type Pairs = Readonly<Record<string, string>>;

/** `A=1 B=2`; Heroku's words for what is none. heroku.md 9 */
export function parsePairs(texts: readonly string[]): Result<Pairs, Explanation> {
  const pairs: Record<string, string> = {};
  for (const text of texts) {
    const equals = text.indexOf("=");
    if (equals < 1) return usage(`${text} is invalid. Must be in the format FOO=bar.`);
    pairs[text.slice(0, equals)] = text.slice(equals + 1);
  }
  return ok(pairs);
}

/** `-e "A=1;B=2" -e C=3`, as Heroku's `run` takes them. heroku.md 8 */
export function parseRunEnv(texts: readonly string[]): Result<Pairs, Explanation> {
  return parsePairs(texts.flatMap((text) => text.split(";")).filter((text) => text.trim() !== ""));
}

export async function envFile(cwd: string, file: string | undefined): Promise<Result<Pairs, Explanation>> {
  if (file === undefined) return ok({});
  const [{ readEnvFile }, { explain }] = await Promise.all([
    import("../platform/env-file.ts"),
    import("../platform/explain.ts"),
  ]);
  const read = readEnvFile(resolve(cwd, file));
  return read.ok ? read : fail(explain(read.failure));
}
