import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hostFiles, readHostSettings } from "../../src/engine/lent/host-settings.ts";
import { Project } from "../journey/rig.ts";
import { BENCH_LABEL } from "./peer.ts";

const MODULES = 2000;
const LINES = 90;

/** An app whose /app is well over 100 MB: pandas and what it needs, and two thousand modules of its own. */
export async function hundredMegabytes(): Promise<Project> {
  const project = Project.of({
    "requirements.txt": "gunicorn==27.0.1\npandas\n",
    ".python-version": "3.13\n",
    Procfile: "web: gunicorn app:app\n",
    "app.py": `import pandas

LINE = 0


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{LINE} {pandas.Series([1, 2]).sum()}\\n".encode()]
`,
  });
  const text = `"""A module."""\n${"VALUE = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]  # a line\n".repeat(LINES)}`;
  for (let module = 0; module < MODULES; module++) {
    const file = join(project.folder, `lib/p${module % 50}/m${module}.py`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${text}\nNUMBER = ${module}\n`);
  }
  await project.commit();
  return project;
}

/** One line of the source, another each time. */
export function changeOneLine(folder: string): void {
  const file = join(folder, "app.py");
  const text = readFileSync(file, "utf8");
  writeFileSync(
    file,
    text.replace(/^LINE = (\d+)$/m, (_, line: string) => `LINE = ${Number(line) + 1}`),
  );
}

/** The same app as somebody without dynosim would put it into an image, on the same base image. */
export async function dockerContext(project: Project, folder: string, baseImage: string): Promise<string> {
  cpSync(project.folder, folder, {
    recursive: true,
    filter: (source) => !/\/\.(?:git|dynosim)$/.test(source),
  });
  writeFileSync(join(folder, ".dockerignore"), "Dockerfile\n");
  for (const { path, content } of hostFiles(await readHostSettings(process.env))) {
    mkdirSync(dirname(join(folder, "host", path)), { recursive: true });
    writeFileSync(join(folder, "host", path), content);
  }
  const python = "/app/.heroku/python";
  const dockerfile = join(folder, "Dockerfile");
  writeFileSync(
    dockerfile,
    `FROM ${baseImage}
LABEL ${BENCH_LABEL}
COPY host/ /
COPY requirements.txt /app/
RUN mkdir -p /app/.heroku && cp -a /opt/dynosim/python ${python} && \\
    ${python}/bin/python "$(echo /opt/dynosim/wheels/pip-*.whl)/pip" install --no-cache-dir -r /app/requirements.txt
COPY . /app/
WORKDIR /app
CMD ["${python}/bin/gunicorn", "app:app"]
`,
  );
  return dockerfile;
}
