import { buildCases } from "./build-case.ts";

const SEVERAL = ["Error: Multiple Python package manager files were found."];
const NONE = ["Error: Couldn't find any supported Python package manager files."];

buildCases("package manager", [
  {
    rule: "3.pip",
    name: "requirements.txt",
    files: { "requirements.txt": "dash\n", ".python-version": "3.13" },
  },
  {
    rule: "3.pip",
    name: "a symlink",
    files: {
      "deps/base.txt": "dash\n",
      "requirements.txt": { link: "deps/base.txt" },
      ".python-version": "3.13",
    },
  },
  {
    rule: "3.pip",
    name: "files that never count beside it",
    files: {
      "requirements.txt": "",
      "pyproject.toml": "",
      "setup.py": "",
      "pdm.lock": "",
      "environment.yml": "",
      ".python-version": "3.13",
    },
  },
  ...[{}, { "requirements.txt": "" }, { "poetry.lock": "" }].map((others) => ({
    rule: "3.pipfile-without-lock" as const,
    name: `beside ${Object.keys(others).join() || "nothing"}`,
    files: { Pipfile: "", ...others },
    blocks: ["Error: No 'Pipfile.lock' found!"],
    steps: [],
    failure: "package-manager::pipenv-missing-lockfile",
  })),
  {
    rule: "3.several",
    name: "all four, in the fixed order",
    files: { "uv.lock": "", "poetry.lock": "", "requirements.txt": "", "Pipfile.lock": "{}", Pipfile: "" },
    blocks: SEVERAL,
    steps: [],
    failure: "package-manager::multiple-found",
  },
  ...[
    ["requirements.txt", "uv.lock"],
    ["Pipfile.lock", "requirements.txt"],
    ["requirements.txt", "poetry.lock"],
    ["poetry.lock", "uv.lock"],
  ].map((names) => ({
    rule: "3.several" as const,
    name: names.join(" and "),
    files: Object.fromEntries(names.map((name) => [name, ""])),
    blocks: SEVERAL,
    failure: "package-manager::multiple-found",
  })),
  {
    rule: "3.setup-py",
    name: "with pyproject.toml and setup.cfg",
    files: { "setup.py": "", "pyproject.toml": "", "setup.cfg": "" },
    blocks: ["Error: Implicit setup.py file support has been sunset."],
    steps: [],
    failure: "package-manager::setup-py-only",
  },
  {
    rule: "3.none",
    name: "pyproject.toml alone, with the listing",
    files: {
      "pyproject.toml": "",
      "environment.yml": "",
      "pdm.lock": "",
      "src/app.py": "",
      ".gitignore": "",
    },
    blocks: NONE,
    steps: [],
    failure: "package-manager::none-found",
  },
  {
    rule: "3.none",
    name: "a misspelt requirements file",
    files: { "requirments.txt": "dash" },
    blocks: NONE,
    failure: "package-manager::none-found",
  },
  {
    rule: "3.none",
    name: "requirements.txt as a folder",
    files: { "requirements.txt": null },
    blocks: NONE,
    failure: "package-manager::none-found",
  },
]);
