import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { RULES } from "./rules.ts";

it("each rule of the facts is held by a case", async () => {
  const names = (await readdir(import.meta.dirname)).filter(
    (name) => name.endsWith(".test.ts") && name !== "rules.test.ts",
  );
  const texts = await Promise.all(names.map((name) => readFile(join(import.meta.dirname, name), "utf8")));
  const cases = texts.join("\n");
  expect(names.length).toBeGreaterThan(5);
  expect(
    Object.keys(RULES).filter(
      (rule) =>
        !cases.includes(`"${rule}"`) && !cases.includes(`("${rule}:`) && !cases.includes(`"${rule}: `),
    ),
  ).toEqual([]);
});
