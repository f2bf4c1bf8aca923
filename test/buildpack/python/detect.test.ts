import { expect, it } from "vitest";
import type { Files } from "../rig.ts";
import { PythonRig } from "./rig.ts";

const FILES = [
  "requirements.txt Pipfile Pipfile.lock poetry.lock uv.lock pdm.lock pyproject.toml setup.py setup.cfg runtime.txt .python-version",
  "__init__.py app.py main.py manage.py server.py",
  "requeriments.txt requirement.txt requirements requirements.text Requirements.txt requirements.txt.txt requirments.txt",
].flatMap((names) => names.split(" "));
const FOLDERS = ["__pycache__", ".venv", "venv", "requirements"];

it.concurrent.for<[string, Files]>([
  ...FILES.map((name): [string, Files] => [name, { [name]: "" }]),
  ...FOLDERS.map((name): [string, Files] => [`${name}/`, { [name]: null }]),
])("2.signs: %s is a Python app", async ([, files], { expect }) => {
  await using rig = await PythonRig.open();
  const { output, status } = await rig.detect(files);
  expect({ output, status }).toEqual({ output: "Python\n", status: 0 });
});

it.concurrent.for([
  "REQUIREMENTS.TXT",
  "App.py",
  "pipfile",
  "requirements.in",
  "environment.yml",
  "index.js",
  "wsgi.py",
])("2.case: %s is not", async (name, { expect }) => {
  await using rig = await PythonRig.open();
  const { status } = await rig.detect({ [name]: "" });
  expect(status).toBe(1);
});

it("2.signs: a sign in a folder does not count", async () => {
  await using rig = await PythonRig.open();
  expect((await rig.detect({ "sub/requirements.txt": "" })).status).toBe(1);
});

it("2.nothing: lists the root, hidden entries too, and advises", async () => {
  await using rig = await PythonRig.open();
  const { output, status } = await rig.detect({
    ".env": "",
    "b file.txt": "",
    "sub/x": "",
    ".hidden/y": "",
    Zoo: null,
  });
  expect({ output, status }).toMatchInlineSnapshot(`
    {
      "output": "
     !     Error: This doesn't look like a Python app.
     !     
     !     No file of a Python project was found at the top level of your app.
     !     
     !     A Python app has one of these there: 'requirements.txt' (pip),
     !     'Pipfile.lock' (Pipenv), 'poetry.lock' (Poetry), 'uv.lock' (uv).
     !     
     !     What is there:
     !     .env
     !     .hidden/
     !     Zoo/
     !     b file.txt
     !     sub/
     !     
     !     If you are sure that the file exists, check that:
     !     1. it is in the folder that was pushed, at its top level,
     !     2. its name is spelled exactly as above (case matters),
     !     3. neither .gitignore nor .slugignore leaves it out,
     !     4. it has been added to git and committed.

    ",
      "status": 1,
    }
  `);
});
