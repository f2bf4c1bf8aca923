import { expect, it } from "vitest";
import { ok } from "../../src/kernel/result.ts";
import { mebibytes } from "../../src/kernel/units.ts";
import { PlatformOnFake } from "./platform-on-fake.ts";

it.each<[size: number, lines: readonly string[]]>([
  [299, ["-----> Launching...", "       Released v3"]],
  [
    346.4,
    [
      "-----> Launching...",
      " !     Warning: Your slug size (346 MB) exceeds our soft limit (300 MB) which may affect boot time.",
      "       Released v3",
    ],
  ],
])("a slug of %d MB is released in these lines", async (size, lines) => {
  const releases = [1, 2].map((version) => ({
    id: String(version),
    version,
    description: "",
    user: "me@example.com",
    createdAt: 0,
    status: "succeeded",
    slug: undefined,
    configVars: {},
  }));
  await using app = new PlatformOnFake({}, { releases: releases as never });
  app.onCompile = async () => {
    const compiled = await app.compiled();
    if (!compiled.ok) return compiled;
    const { slug } = compiled.value;
    return ok({ ...compiled.value, slug: { ...slug, size: mebibytes(size) } });
  };
  await app.deploy();
  expect(app.lines.filter((line) => /^(?:-| {7}| !)/.test(line))).toEqual(lines);
});
