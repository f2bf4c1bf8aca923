import { buildCases } from "./build-case.ts";

const lock = (requires: string): Readonly<Record<string, string>> => ({
  Pipfile: "",
  "Pipfile.lock": `{"_meta": {"requires": ${requires}}, "default": {}}\n`,
});
const UV = { "pyproject.toml": "", "uv.lock": "" };
const rest = (version: string, manager: string, command: string): readonly string[] => [
  `Installing Python ${version}`,
  `Installing ${manager}`,
  `Installing dependencies using '${command}'`,
  "Saving cache",
];
const PIPENV = rest("3.13.5", "Pipenv 2026.7.1", "pipenv install --deploy");
const NO_VERSION = "Warning: No Python version was specified.";

buildCases("Pipfile.lock", [
  {
    rule: "4.1.pipfile-lock",
    name: "python_version",
    files: lock('{"python_version": "3.13"}'),
    steps: ["Using Python 3.13 specified in Pipfile.lock", ...PIPENV],
  },
  {
    rule: "4.1.pipfile-lock",
    name: "the full version counts more; an older patch is said so, naming the file to edit",
    files: lock('{"python_full_version": "3.13.5", "python_version": "3.12"}'),
    blocks: ["Warning: A Python patch update is available!"],
    steps: ["Using Python 3.13.5 specified in Pipfile.lock", ...PIPENV],
  },
  {
    rule: "4.1.pipfile-lock",
    name: "before the last build's version",
    files: lock('{"python_version": "3.13"}'),
    cache: { ".heroku/python-version": "python-3.12.4" },
    steps: ["Using Python 3.13 specified in Pipfile.lock", ...PIPENV],
  },
  {
    rule: "4.1.pipfile-lock",
    name: "after .python-version, and then it is not even read",
    files: { Pipfile: "", "Pipfile.lock": "rubbish", ".python-version": "3.13" },
    steps: ["Using Python 3.13 specified in .python-version", ...PIPENV],
  },
  {
    rule: "4.1.pipfile-lock",
    name: "after runtime.txt",
    files: { ...lock('{"python_version": "3.11"}'), "runtime.txt": "python-3.13" },
    blocks: ["Warning: The runtime.txt file is deprecated."],
    steps: ["Using Python 3.13 specified in runtime.txt", ...PIPENV],
  },
  {
    rule: "4.1.pipfile-lock",
    name: "not asked by the others",
    files: { "requirements.txt": "", ...UV, "Pipfile.lock": null },
    blocks: ["Error: Multiple Python package manager files were found."],
    failure: "package-manager::multiple-found",
  },
  ...(
    [
      ["neither field", lock("{}")],
      [
        "no _meta, whatever the Pipfile says",
        { Pipfile: '[requires]\npython_version = "3.12"\n', "Pipfile.lock": "{}" },
      ],
      ["null", lock('{"python_version": null}')],
    ] as const
  ).map(([name, files]) => ({
    rule: "4.2.pipfile-lock" as const,
    name: `${name}: the default`,
    files,
    image: "3.14.2",
    blocks: [NO_VERSION],
    steps: [
      "No Python version was specified. Using the buildpack default: Python 3.14",
      ...rest("3.14.2", "Pipenv 2026.7.1", "pipenv install --deploy"),
    ],
  })),
  {
    rule: "4.2.pipfile-lock",
    name: "a patch version in python_version",
    files: lock('{"python_version": "3.13.99"}'),
    blocks: ["Error: The requested Python version isn't available."],
    steps: ["Using Python 3.13.99 specified in Pipfile.lock", "Installing Python 3.13.99"],
    failure: "python-version::unknown-patch",
  },
  ...["^3.12", "3.9.*", ">=3.8", "", "3.013", "3"].map((version) => ({
    rule: "4.2.pipfile-lock" as const,
    name: `an odd version: '${version}'`,
    files: lock(JSON.stringify({ python_version: version })),
    blocks: ["Error: Invalid Python version in Pipfile.lock."],
    steps: [],
    failure: "pipfile-lock::invalid-version",
  })),
  {
    rule: "4.2.pipfile-lock",
    name: "an empty file is JSON to jq, and has an empty version",
    files: { Pipfile: "", "Pipfile.lock": "" },
    blocks: ["Error: Invalid Python version in Pipfile.lock."],
    steps: [],
    failure: "pipfile-lock::invalid-version",
  },
  ...(
    [
      ["a conflict of git", '{\n<<<<<<< HEAD\n  "_meta": {}\n'],
      ["a list", "[]"],
    ] as const
  ).map(([name, text]) => ({
    rule: "4.2.pipfile-lock" as const,
    name: `broken: ${name}`,
    files: { Pipfile: "", "Pipfile.lock": text },
    blocks: ["Error: Can't parse Pipfile.lock."],
    steps: [],
    failure: "pipfile-lock::invalid-json",
  })),
  {
    rule: "4.6.eol",
    name: "in Pipfile.lock",
    files: lock('{"python_version": "3.9"}'),
    blocks: ["Error: The requested Python version has reached end-of-life."],
    steps: ["Using Python 3.9 specified in Pipfile.lock"],
    failure: "python-version::eol",
  },
]);

buildCases("uv and the version", [
  {
    rule: "4.7.uv",
    name: "the default",
    files: UV,
    image: "3.14.2",
    blocks: ["Error: No Python version was specified."],
    steps: ["No Python version was specified. Using the buildpack default: Python 3.14"],
    failure: "python-version-file::not-found",
  },
  {
    rule: "4.7.uv",
    name: "the version of the last build",
    files: UV,
    cache: { ".heroku/python-version": "python-3.13.4" },
    blocks: ["Error: No Python version was specified."],
    steps: ["No Python version was specified. Using the same major version as the last build: Python 3.13"],
    failure: "python-version-file::not-found",
  },
  {
    rule: "4.7.uv",
    name: "runtime.txt, even beside .python-version",
    files: { ...UV, "runtime.txt": "python-3.13.5", ".python-version": "3.13" },
    blocks: ["Error: The runtime.txt file isn't supported when using uv."],
    steps: ["Using Python 3.13.5 specified in runtime.txt"],
    failure: "runtime-txt::not-supported",
  },
  {
    rule: "4.7.uv",
    name: "the version's own error comes first",
    files: { ...UV, "runtime.txt": "python-3.9" },
    blocks: ["Error: The requested Python version has reached end-of-life."],
    failure: "python-version::eol",
  },
  {
    rule: "4.7.no-version",
    name: "a warning with Poetry",
    files: { "pyproject.toml": "", "poetry.lock": "" },
    image: "3.14.2",
    blocks: [NO_VERSION],
    steps: [
      "No Python version was specified. Using the buildpack default: Python 3.14",
      ...rest("3.14.2", "Poetry 2.4.1", "poetry sync --only main"),
    ],
  },
]);
