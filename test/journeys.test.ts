import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { CONTAINERS_ONLY, filesOnProcesses, filesUnconfined, ON_PROCESSES } from "./journey/journeys.ts";

const FOLDER = join(import.meta.dirname, "journey");
const ALL = readdirSync(FOLDER).flatMap((name) => /^(.*)\.test\.ts$/.exec(name)?.[1] ?? []);

describe("journeys on processes of this machine", () => {
  it("each file of journeys is in one of the lists: it runs there, or why it does not", () => {
    const listed = [...Object.keys(ON_PROCESSES), ...Object.keys(CONTAINERS_ONLY)];
    expect(listed.toSorted()).toEqual(ALL.toSorted());
  });

  it.each([
    [
      "always",
      filesOnProcesses(),
      Object.keys(ON_PROCESSES).filter((name) => ON_PROCESSES[name] === "always"),
    ],
    ["without a confinement", filesUnconfined(), ["stop", "sleep", "formation"]],
  ])("the files that run %s are files of that folder, each once", (_, files, some) => {
    const names = files.map((file) => basename(file, ".test.ts"));
    expect(names).toEqual([...new Set(names)]);
    expect(ALL).toEqual(expect.arrayContaining(names));
    expect(names).toEqual(expect.arrayContaining(some));
  });
});
