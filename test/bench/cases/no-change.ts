import type { Case } from "../bench.ts";
import { changeOneLine, hundredMegabytes } from "../hundred-megabytes.ts";
import { ofBuildpack, timedBuild } from "../timed-build.ts";

/**
 * `build` again: once nothing is different, and the slug is kept; once a digit of one file is, so that everything runs and
 * makes the same slug but for that. Of the latter, what is dynosim's own: all but the buildpack.
 */
export const noChange: Case = async ({ runs, tell }) => {
  await using project = await hundredMegabytes();
  tell("first build of the 100 MB app");
  await timedBuild(project);
  const kept: number[] = [];
  const own: number[] = [];
  for (let run = 0; run < runs; run++) {
    changeOneLine(project.folder);
    const built = await timedBuild(project);
    own.push(built.milliseconds - ofBuildpack(built));
    kept.push((await timedBuild(project)).milliseconds);
  }
  const wanted = { kind: "at-most", most: 2000 } as const;
  return [
    { name: "`build`, nothing changed: the slug is kept", unit: "ms", ours: kept, peer: undefined, wanted },
    {
      name: "`build` of the same 220 MB but a digit, without the buildpack's time",
      unit: "ms",
      ours: own,
      peer: undefined,
      wanted,
    },
  ];
};
