import { readFileSync } from "node:fs";
import { fail, ok, type Result } from "../kernel/result.ts";
import { parseEnvFile } from "../manifest/dotenv.ts";
import type { PlatformFailure } from "./failure.ts";

/** Names and values of a file in .env form; of a name given twice the last counts. */
export function readEnvFile(path: string): Result<Readonly<Record<string, string>>, PlatformFailure> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return fail({ kind: "unreadable", path, reason: (error as Error).message });
  }
  const entries = parseEnvFile(text, path);
  if (!entries.ok) return entries;
  return ok(Object.fromEntries(entries.value.map(({ name, value }) => [name, value])));
}
