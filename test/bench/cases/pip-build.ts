import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Project } from "../../journey/rig.ts";
import type { Case } from "../bench.ts";
import { BuildImage } from "../build-image.ts";
import { byTurns } from "../samples.ts";
import { timedBuild } from "../timed-build.ts";

const REQUIREMENTS = "dash\npandas\ngunicorn\n";
const PEER = 'python=/opt/dynosim/python/bin/python; pip="$(echo /opt/dynosim/wheels/pip-*.whl)/pip"';

/** Everything anew, as after an edit of requirements.txt: against nothing but `pip install` in the same image. */
export const pipBuild: Case = async ({ runs, tell }) => {
  await using project = Project.of({
    "requirements.txt": REQUIREMENTS,
    ".python-version": "3.13\n",
    Procfile: "web: gunicorn app:server\n",
    "app.py": "import dash\n\napp = dash.Dash()\nserver = app.server\n",
  });
  using image = await BuildImage.prepare();
  tell("first build");
  await timedBuild(project);
  let edit = 0;
  const { ours, peer } = await byTurns(
    runs,
    async () => {
      // another file of requirements is a reason to install everything again. buildpack-python.md 6
      writeFileSync(join(project.folder, "requirements.txt"), `${REQUIREMENTS}# ${++edit}\n`);
      const built = await timedBuild(project);
      if (!built.lines.some(({ text }) => text.includes("requirements.txt changed")))
        throw new Error("the cache was used");
      return built.milliseconds;
    },
    () =>
      image.run(`${PEER}; "$python" "$pip" install --no-cache-dir --progress-bar off -r /requirements.txt`, [
        `${join(project.folder, "requirements.txt")}:/requirements.txt:ro`,
      ]),
  );
  return [
    {
      name: "full build of Dash and pandas",
      unit: "ms",
      ours,
      peer: { name: "pip install", samples: peer },
      wanted: { kind: "ratio", most: 1.1 },
    },
  ];
};
