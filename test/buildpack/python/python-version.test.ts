import { buildCases, type BuildCase } from "./build-case.ts";

const REQUIREMENTS = { "requirements.txt": "dash\n" };
const OLD_TXT = "Warning: The runtime.txt file is deprecated.";
const NO_VERSION = "Warning: No Python version was specified.";
const OLD_PATCH = "Warning: A Python patch update is available!";
const DEPRECATED = "Warning: Support for Python 3.10 is deprecated!";
const DEFAULT_STEP = "No Python version was specified. Using the buildpack default: Python 3.14";
const instead = (minor: string): string => `Warning: Python ${minor} can't be had here.`;
const using = (request: string, file = ".python-version"): string =>
  `Using Python ${request} specified in ${file}`;
const rest = (version: string): readonly string[] => [
  `Installing Python ${version}`,
  "Installing pip 26.2.1",
  "Installing dependencies using 'pip install -r requirements.txt'",
  "Saving cache",
];

buildCases("where the version comes from", [
  {
    rule: "4.1.precedence",
    name: "runtime.txt wins, and the others are not even read",
    files: {
      ...REQUIREMENTS,
      "runtime.txt": "python-3.13",
      ".python-version": "rubbish",
      ".python_version": "3.9",
    },
    blocks: [OLD_TXT],
    steps: [using("3.13", "runtime.txt"), ...rest("3.13.5")],
  },
  {
    rule: "4.1.precedence",
    name: ".python-version before the last build's",
    files: { ...REQUIREMENTS, ".python-version": "3.13" },
    cache: { ".heroku/python-version": "python-3.12.4" },
    steps: [using("3.13"), ...rest("3.13.5")],
  },
  {
    rule: "4.1.not-a-source",
    name: "pyproject.toml, .tool-versions, config var and variable",
    files: {
      ...REQUIREMENTS,
      "pyproject.toml": 'requires-python = "==3.12.*"',
      ".tool-versions": "python 3.12.1",
    },
    configVars: { PYTHON_VERSION: "3.12" },
    env: { PYTHON_VERSION: "3.12" },
    image: "3.14.2",
    blocks: [NO_VERSION],
    steps: [DEFAULT_STEP, ...rest("3.14.2")],
  },
  {
    rule: "4.7.no-version",
    name: "the default",
    files: REQUIREMENTS,
    image: "3.14.2",
    blocks: [NO_VERSION],
    steps: [DEFAULT_STEP, ...rest("3.14.2")],
  },
  {
    rule: "4.4.sticky",
    name: "the last build's major, newest patch",
    files: REQUIREMENTS,
    cache: { ".heroku/python-version": "python-3.13.1\n" },
    blocks: [NO_VERSION],
    steps: [
      "No Python version was specified. Using the same major version as the last build: Python 3.13",
      ...rest("3.13.5"),
    ],
  },
  ...["python-pypy3.10-7.3", "python-3.13", "python-3.13.01", "rubbish", "", "python-3.13.x"].map(
    (text): BuildCase => ({
      rule: "4.4.sticky",
      name: `ignored: "${text}"`,
      files: REQUIREMENTS,
      cache: { ".heroku/python-version": text },
      image: "3.14.2",
      blocks: [NO_VERSION],
      steps: [DEFAULT_STEP, ...rest("3.14.2")],
    }),
  ),
]);

buildCases(".python-version", [
  ...(
    [
      ["no newline", "3.13"],
      ["CRLF", "3.13\r\n"],
      ["blanks, tabs and a Unicode space", " \t3.13 \u2003\n"],
      ["comments and empty lines", "# pinned\n\n  # indented\n3.13\n\n"],
    ] as const
  ).map(([name, text]): BuildCase => ({
    rule: "4.2.reading",
    name,
    files: { ...REQUIREMENTS, ".python-version": text },
    steps: [using("3.13"), ...rest("3.13.5")],
  })),
  ...[
    "3",
    "3.13.x",
    "3.13.*",
    "3.013",
    "3.13.04",
    ">=3.13",
    "3.13-dev",
    "3.13t",
    "pypy3.10",
    '"3.13"',
    "v3.13",
    "3.13 # note",
    "python-3.13",
    "3.13.",
    "3.13.1.2",
    "system",
    "3. 13",
  ].map((text): BuildCase => ({
    rule: "4.2.syntax",
    name: `not a version: ${text}`,
    files: { ...REQUIREMENTS, ".python-version": text },
    blocks: ["Error: Invalid Python version in .python-version."],
    steps: [],
    failure: "python-version-file::invalid-version",
  })),
  ...(
    [
      ["zero width space: three replacements", "3.13\u200b"],
      ["NUL", "3.1\u00003"],
      ["control bytes", "3.13\u001b[1m\u0007"],
      ["a tab inside is kept", "3\t13"],
      ["an accent", "3.13 for André"],
    ] as const
  ).map(([name, text]): BuildCase => ({
    rule: "4.2.invalid",
    name,
    files: { ...REQUIREMENTS, ".python-version": text },
    blocks: ["Error: Invalid Python version in .python-version."],
    failure: "python-version-file::invalid-version",
  })),
  ...(
    [
      ["UTF-8 with BOM", Buffer.from("\ufeff3.13\n")],
      ["UTF-8 with BOM and CRLF", Buffer.from("\ufeff3.13\r\n")],
      ["UTF-16 LE", Buffer.from("\ufeff3.13\r\n", "utf16le")],
      ["UTF-16 BE", Buffer.from("\ufeff3.13\r\n", "utf16le").swap16()],
      ["ISO-8859", Buffer.from("# caf\u00e9\n3.13 \u00e9\n", "latin1")],
    ] as const
  ).map(([name, bytes]): BuildCase => ({
    rule: "4.2.encoding",
    name,
    files: { ...REQUIREMENTS, ".python-version": bytes },
    blocks: ["Error: Unable to read .python-version."],
    steps: [],
    failure: "python-version-file::invalid-encoding",
  })),
  ...(
    [
      ["empty", ""],
      ["only comments", "# 3.13\n\t#3.12\n\n"],
    ] as const
  ).map(([name, text]): BuildCase => ({
    rule: "4.2.no-version",
    name,
    files: { ...REQUIREMENTS, ".python-version": text },
    blocks: ["Error: No Python version found in .python-version."],
    steps: [],
    failure: "python-version-file::no-version",
  })),
  {
    rule: "4.2.several",
    name: "two, listed trimmed",
    files: { ...REQUIREMENTS, ".python-version": "  3.13\n# and\n3.12.1  \n" },
    blocks: ["Error: Multiple Python versions found in .python-version."],
    steps: [],
    failure: "python-version-file::multiple-versions",
  },
  {
    rule: "4.2.several",
    name: "an invalid line anywhere comes first",
    files: { ...REQUIREMENTS, ".python-version": "3.13\n3.12\nmy-env\n" },
    blocks: ["Error: Invalid Python version in .python-version."],
    failure: "python-version-file::invalid-version",
  },
]);

buildCases("runtime.txt", [
  ...["python-3.13", "  python-3.13\r\n", "# c\n\npython-3.13\n"].map((text): BuildCase => ({
    rule: "4.2.runtime-txt",
    name: `good: ${JSON.stringify(text)}`,
    files: { ...REQUIREMENTS, "runtime.txt": text },
    blocks: [OLD_TXT],
    steps: [using("3.13", "runtime.txt"), ...rest("3.13.5")],
  })),
  ...[
    "",
    "3.13",
    "python-3",
    "Python-3.13",
    "python 3.13",
    "python-3.13\npython-3.12",
    "python-3.013",
    "pypy-3.10",
    "python-3.13 # x",
    "\ufeffpython-3.13",
  ].map((text): BuildCase => ({
    rule: "4.2.runtime-txt",
    name: `bad: ${JSON.stringify(text)}`,
    files: { ...REQUIREMENTS, "runtime.txt": text },
    blocks: ["Error: Invalid Python version in runtime.txt."],
    steps: [],
    failure: "runtime-txt::invalid-version",
  })),
]);

const MISSPELT = [
  " .python-version", ".python-version ", ". python-version", ".python_version", ".python_version.txt", ",python-version",
  ".python-version.", ".python-version.py", ".python-version.rtf", ".python-version.txt", ".python-version.TXT", ".Python-version",
  ".python.version", ".pythonversion", "'.python-version'", "python_version.txt", "python_version", "python-version.",
  "python-version.txt", "python-version",
]; // prettier-ignore

buildCases("a misspelt .python-version", [
  ...MISSPELT.map((name): BuildCase => ({
    rule: "4.3.misspelt",
    name: `"${name}"`,
    files: { ...REQUIREMENTS, [name]: "3.13" },
    blocks: ["Error: Your .python-version file is spelled incorrectly."],
    steps: [],
    failure: "python-version-file::misspelled",
  })),
  {
    rule: "4.3.misspelt",
    name: "even beside a correct one",
    files: { ...REQUIREMENTS, ".python-version": "3.13", ".python-version.txt": "3.13" },
    blocks: ["Error: Your .python-version file is spelled incorrectly."],
    failure: "python-version-file::misspelled",
  },
  {
    rule: "4.3.misspelt",
    name: "a folder of that name is fine",
    files: { ...REQUIREMENTS, ".python-version": "3.13", "python-version": null },
    steps: [using("3.13"), ...rest("3.13.5")],
  },
]);

buildCases("support", [
  ...["3.9", "3.9.18", "3.0", "2.7.18", "0.1", "1.99"].map((text): BuildCase => ({
    rule: "4.6.eol",
    name: text,
    files: { ...REQUIREMENTS, ".python-version": text },
    blocks: ["Error: The requested Python version has reached end-of-life."],
    steps: [using(text)],
    failure: "python-version::eol",
  })),
  {
    rule: "4.6.eol",
    name: "in runtime.txt: no warning, and that file is named",
    files: { ...REQUIREMENTS, "runtime.txt": "python-3.8.1" },
    blocks: ["Error: The requested Python version has reached end-of-life."],
    steps: [using("3.8.1", "runtime.txt")],
    failure: "python-version::eol",
  },
  {
    rule: "4.6.eol",
    name: "of the last build",
    files: REQUIREMENTS,
    cache: { ".heroku/python-version": "python-3.9.2" },
    blocks: ["Error: The cached Python version has reached end-of-life."],
    steps: ["No Python version was specified. Using the same major version as the last build: Python 3.9"],
    failure: "python-version::eol",
  },
  ...["3.15", "3.15.0", "4.0", "3.100", "3.99999999999999999999999", "20.1"].map((text): BuildCase => ({
    rule: "4.6.unknown",
    name: text,
    files: { ...REQUIREMENTS, ".python-version": text },
    blocks: ["Error: The requested Python version isn't recognised."],
    steps: [using(text)],
    failure: "python-version::unknown-major",
  })),
  {
    rule: "4.6.unknown",
    name: "of the last build",
    files: REQUIREMENTS,
    cache: { ".heroku/python-version": "python-3.15.2" },
    blocks: ["Error: The cached Python version isn't recognised."],
    failure: "python-version::unknown-major",
  },
  {
    rule: "4.6.patch",
    name: "3.13.999: told when it is to be installed, and no patch warning",
    files: { ...REQUIREMENTS, ".python-version": "3.13.999" },
    blocks: ["Error: The requested Python version isn't available."],
    steps: [using("3.13.999"), "Installing Python 3.13.999"],
    failure: "python-version::unknown-patch",
  },
  {
    rule: "4.6.patch",
    name: "3.12.999, where the image has another minor: nothing stands in for it",
    files: { ...REQUIREMENTS, ".python-version": "3.12.999" },
    blocks: ["Error: The requested Python version isn't available."],
    steps: [using("3.12.999"), "Installing Python 3.12.999"],
    failure: "python-version::unknown-patch",
  },
  {
    rule: "4.6.patch",
    name: "one that Heroku's table lacks but the image has is fine",
    files: { ...REQUIREMENTS, ".python-version": "3.13.16" },
    image: "3.13.16",
    steps: [using("3.13.16"), ...rest("3.13.16")],
  },
  {
    rule: "4.5.using",
    name: "the request, not the patch",
    files: { ...REQUIREMENTS, ".python-version": "3.13" },
    steps: [using("3.13"), ...rest("3.13.5")],
  },
]);

buildCases("warnings", [
  {
    rule: "4.7.runtime-txt",
    name: "runtime.txt, newest patch",
    files: { ...REQUIREMENTS, "runtime.txt": "python-3.13.15" },
    image: "3.13.15",
    blocks: [OLD_TXT],
  },
  {
    rule: "4.7.deprecated",
    name: "3.10, with setuptools",
    files: { ...REQUIREMENTS, ".python-version": "3.10" },
    image: "3.10.21",
    blocks: [DEPRECATED],
  },
  {
    rule: "4.7.old-patch",
    name: "3.13.4",
    files: { ...REQUIREMENTS, ".python-version": "3.13.4" },
    image: "3.13.4",
    blocks: [OLD_PATCH],
    steps: [using("3.13.4"), ...rest("3.13.4")],
  },
  {
    rule: "4.7.old-patch",
    name: "patches are compared as numbers",
    files: { ...REQUIREMENTS, ".python-version": "3.13.9" },
    image: "3.13.9",
    blocks: [OLD_PATCH],
  },
  {
    rule: "4.7.all",
    name: "three of them",
    files: { ...REQUIREMENTS, "runtime.txt": "python-3.10.0" },
    image: "3.10.0",
    blocks: [OLD_TXT, DEPRECATED, OLD_PATCH],
  },
]);

buildCases("what the stack image lacks", [
  {
    rule: "4.substituted",
    name: "another minor, loudly",
    files: { ...REQUIREMENTS, ".python-version": "3.12" },
    blocks: [instead("3.12")],
    steps: [using("3.12"), ...rest("3.13.5")],
  },
  {
    rule: "4.substituted",
    name: "another minor with an old patch: the patch warning first",
    files: { ...REQUIREMENTS, ".python-version": "3.12.1" },
    blocks: [OLD_PATCH, instead("3.12")],
  },
  {
    rule: "4.substituted",
    name: "another minor, strictly",
    files: { ...REQUIREMENTS, ".python-version": "3.12" },
    env: { DYNOSIM_STRICT: "1" },
    blocks: ["Error: Python 3.12 can't be had here."],
    steps: [using("3.12")],
    failure: "dynosim::strict::python-version",
  },
  {
    rule: "4.substituted",
    name: "another patch, one plain line",
    files: { ...REQUIREMENTS, ".python-version": "3.13.15" },
    steps: [using("3.13.15"), ...rest("3.13.5")],
  },
  {
    rule: "4.substituted",
    name: "another patch, strictly",
    files: { ...REQUIREMENTS, ".python-version": "3.13.15" },
    env: { DYNOSIM_STRICT: "1" },
    blocks: ["Error: Python 3.13.15 can't be had here."],
    failure: "dynosim::strict::python-version",
  },
  {
    rule: "4.substituted",
    name: "strictly, but no patch was asked for",
    files: { ...REQUIREMENTS, ".python-version": "3.13" },
    env: { DYNOSIM_STRICT: "1" },
    steps: [using("3.13"), ...rest("3.13.5")],
  },
  {
    rule: "4.substituted",
    name: "strictly, a patch that exists nowhere is still that error",
    files: { ...REQUIREMENTS, ".python-version": "3.13.999" },
    env: { DYNOSIM_STRICT: "1" },
    blocks: ["Error: The requested Python version isn't available."],
    failure: "python-version::unknown-patch",
  },
]);
