import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnvFile } from "../manifest/dotenv.ts";
import type { ConfigVars } from "../release/config-vars.ts";

/** Heroku reads no `.env`, and neither do dynos here; names in it that are no config vars are pointed out. heroku.md 5.2 */
export function envNotice(folder: string, configVars: ConfigVars): string | undefined {
  const unset = namesIn(join(folder, ".env")).filter((name) => !Object.hasOwn(configVars, name));
  if (unset.length === 0) return undefined;
  const pairs = unset.map((name) => `${name}=...`).join(" ");
  return `.env is not given to dynos, as on Heroku; it names what is no config var: ${unset.join(", ")}. To set all of it: dynosim up --env-file .env, or one by one: dynosim config:set ${pairs}`;
}

/** One that cannot be read, or is no such file, has no names: it is the app's own, and this is only a hint. */
function namesIn(file: string): readonly string[] {
  try {
    const entries = parseEnvFile(readFileSync(file, "utf8"), file);
    return entries.ok ? [...new Set(entries.value.map(({ name }) => name))] : [];
  } catch {
    return [];
  }
}
