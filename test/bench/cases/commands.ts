import { execa } from "execa";
import { Project } from "../../journey/rig.ts";
import type { Case } from "../bench.ts";
import { serve } from "../product.ts";
import { byTurns, timed } from "../samples.ts";

/** More rounds than the others: they are short, and the machine's noise is not. */
const ROUNDS_EACH = 3;

/** Wall time of the short commands, beside a Node that does nothing. */
export const commands: Case = async ({ runs }) => {
  await using project = Project.example("sleepy-gunicorn");
  await using _served = await serve(project);
  const bare = (): Promise<number> => timed(() => execa(process.execPath, ["-e", "0"]));
  const command = (...args: string[]) =>
    byTurns(
      runs * ROUNDS_EACH,
      () =>
        timed(async () => {
          const { exitCode, stderr } = await project.dynosim(...args);
          if (exitCode !== 0) throw new Error(stderr);
        }),
      bare,
    );
  const ps = await command("ps");
  const version = await command("--version");
  const peerOf = (samples: readonly number[]) => ({ name: "node -e 0", samples });
  return [
    {
      name: "`dynosim ps`, wall",
      unit: "ms",
      ours: ps.ours,
      peer: peerOf(ps.peer),
      wanted: { kind: "at-most", most: 150 },
    },
    {
      name: "`dynosim --version`, wall",
      unit: "ms",
      ours: version.ours,
      peer: peerOf(version.peer),
      wanted: { kind: "at-most", most: 80 },
    },
  ];
};
