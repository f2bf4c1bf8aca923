import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Fewer test files than this would mean that the check had looked at nothing. */
const LEAST_FILES = 3;

/** The rules that no case in the test files of `folder` names, as `"RULE"` or `"RULE: ..."`. */
export async function uncasedRules(folder: string, rules: readonly string[]): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter(
    (name) => name.endsWith(".test.ts") && name !== "rules.test.ts",
  );
  if (names.length < LEAST_FILES) throw new Error(`only ${String(names.length)} test files in ${folder}`);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  const cases = texts.join("\n");
  return rules.filter((rule) => !cases.includes(`"${rule}"`) && !cases.includes(`"${rule}:`));
}
