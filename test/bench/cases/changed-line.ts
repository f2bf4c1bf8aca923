import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { Case } from "../bench.ts";
import { BUILD_IMAGE } from "../build-image.ts";
import { changeOneLine, dockerContext, hundredMegabytes } from "../hundred-megabytes.ts";
import { Docker } from "../peer.ts";
import { serve } from "../product.ts";
import { byTurns } from "../samples.ts";

/** An edit between two `up`s: against the classic `docker build` with its requirements cached, and `docker run`. */
export const changedLine: Case = async ({ runs, tell }) => {
  await using project = await hundredMegabytes();
  const context = mkdtempSync(join(tmpdir(), "dynosim-bench-context-"));
  using _context = { [Symbol.dispose]: () => rmSync(context, { recursive: true, force: true }) };
  tell("first build of the 100 MB app, ours");
  await (await serve(project))[Symbol.asyncDispose]();
  tell("first build of the 100 MB app, docker's");
  const dockerfile = await dockerContext(project, context, BUILD_IMAGE);
  await using docker = await Docker.open();
  await docker.build(context, dockerfile);
  const { ours, peer } = await byTurns(
    runs,
    async () => {
      changeOneLine(project.folder);
      await using served = await serve(project);
      return served.milliseconds;
    },
    async () => {
      changeOneLine(context);
      const begun = performance.now();
      const image = await docker.build(context, dockerfile);
      const built = performance.now() - begun;
      await using container = await docker.runArgv(image, []);
      return built + container.milliseconds;
    },
  );
  const { stdout: size } = await execa("du", ["-sh", "--exclude=.git", project.folder]);
  tell(`source: ${size.split("\t")[0]}`);
  return [
    {
      name: "`up` after one changed line of a 100 MB app, to first 200",
      unit: "ms",
      ours,
      peer: { name: "docker build + run", samples: peer },
      wanted: { kind: "ratio", most: 1 },
    },
  ];
};
