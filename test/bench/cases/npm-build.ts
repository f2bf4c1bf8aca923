import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { State } from "../../../src/platform/state.ts";
import { Project } from "../../journey/rig.ts";
import type { Case } from "../bench.ts";
import { BuildImage } from "../build-image.ts";
import { byTurns } from "../samples.ts";
import { timedBuild } from "../timed-build.ts";
import { cacheVolume } from "../cache-volume.ts";

/** The archives that the buildpack has kept of Node and npm, unpacked as it does, then npm alone. */
const PEER = `mkdir -p /work/node /work/npm /work/app && cd /work
tar -xzf /kept/codon/tmp/cache/binaries/node-linux-*.tgz --strip-components 1 -C node --exclude package/package.json
tar -xzf /kept/codon/tmp/cache/binaries/npm-*.tgz --strip-components 1 -C npm
chmod +x node/bin/*; cp /source/* app/; cd app
PATH="/work/node/bin:$PATH" node /work/npm/bin/npm-cli.js ci`;

/** Express and what uploads need, all packages anew: against `npm ci` in the same image. */
export const npmBuild: Case = async ({ runs, tell }) => {
  await using project = Project.example("express-uploads");
  const { exitCode, stderr } = await project.dynosim("config:set", "NODE_MODULES_CACHE=false");
  if (exitCode !== 0) throw new Error(stderr);
  using image = await BuildImage.prepare();
  tell("first build");
  await timedBuild(project);
  const { instance } = JSON.parse(readFileSync(join(project.folder, ".dynosim/state.json"), "utf8")) as State;
  const kept = await cacheVolume(instance);
  const { ours, peer } = await byTurns(
    runs,
    async () => {
      appendFileSync(join(project.folder, "server.js"), "//\n");
      return (await timedBuild(project)).milliseconds;
    },
    () => image.run(PEER, [`${kept}:/kept:ro`, `${project.folder}:/source:ro`]),
  );
  return [
    {
      name: "full build of an Express app",
      unit: "ms",
      ours,
      peer: { name: "unpack Node + npm ci", samples: peer },
      wanted: { kind: "ratio", most: 1.1 },
    },
  ];
};
