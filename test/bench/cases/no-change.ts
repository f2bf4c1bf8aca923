import type { Case } from "../bench.ts";
import { changeOneLine, hundredMegabytes } from "../hundred-megabytes.ts";
import { serve } from "../product.ts";
import { ofBuildpack, timedBuild } from "../timed-build.ts";

/**
 * `build` of an app that has a release: while nothing is different, and the slug is kept; and with a digit of one file changed
 * each time, so that everything runs and makes the same slug but for that. Of the latter, what is dynosim's own: all but the
 * buildpack.
 */
export const noChange: Case = async ({ runs, tell }) => {
  await using project = await hundredMegabytes();
  tell("first release of the 100 MB app");
  await (await serve(project))[Symbol.asyncDispose]();
  const kept: number[] = [];
  const own: number[] = [];
  for (let run = 0; run < runs; run++) kept.push((await timedBuild(project)).milliseconds);
  for (let run = 0; run < runs; run++) {
    changeOneLine(project.folder);
    const built = await timedBuild(project);
    own.push(built.milliseconds - ofBuildpack(built));
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
