import { expect, it } from "vitest";
import { buildCases, steps, type BuildCase } from "./build-case.ts";
import { installing, PythonRig } from "./rig.ts";

const APP = { "requirements.txt": "dash\n", ".python-version": "3.13\n" };
const DJANGO = { files: { ...APP, "manage.py": "" }, installs: installing("django") };
const BY_VAR = "Skipping Django collectstatic since the env var DISABLE_COLLECTSTATIC is set.";
const RUN = "$ python manage.py collectstatic --noinput";
const FAILED = "Error: Unable to generate Django static files.";

/** The steps of a build between installing and saving. */
const between = (...mine: readonly string[]): readonly string[] => [
  "Using Python 3.13 specified in .python-version",
  "Installing Python 3.13.5",
  "Installing pip 26.2.1",
  "Installing dependencies using 'pip install -r requirements.txt'",
  ...mine,
  "Saving cache",
];

buildCases("collectstatic", [
  {
    rule: "7.1.disabled-file",
    name: "before the variable, and without Django",
    files: { ...APP, ".heroku/collectstatic_disabled": "" },
    configVars: { DISABLE_COLLECTSTATIC: "1" },
    steps: between("Skipping Django collectstatic since the file '.heroku/collectstatic_disabled' exists."),
    blocks: ["Warning: The .heroku/collectstatic_disabled file is deprecated."],
  },
  ...["1", "true", "false", "no", "00"].map((value): BuildCase => ({
    ...DJANGO,
    rule: "7.1.disabled-var",
    name: `"${value}" disables`,
    configVars: { DISABLE_COLLECTSTATIC: value },
    steps: between(BY_VAR),
  })),
  ...["0", ""].map((value): BuildCase => ({
    ...DJANGO,
    rule: "7.1.disabled-var",
    name: `"${value}" does not`,
    configVars: { DISABLE_COLLECTSTATIC: value },
    steps: between(RUN),
  })),
  {
    rule: "7.1.disabled-var",
    name: "told without Django, too",
    files: APP,
    configVars: { DISABLE_COLLECTSTATIC: "1" },
    steps: between(BY_VAR),
  },
  {
    rule: "7.1.disabled-var",
    name: "set by the build system, as for Heroku CI",
    ...DJANGO,
    env: { DISABLE_COLLECTSTATIC: "1" },
    steps: between(BY_VAR),
  },
  {
    rule: "7.1.django",
    name: "manage.py and a requirement, but nothing to import",
    files: { ...APP, "requirements.txt": "django\n", "manage.py": "" },
    steps: between(),
  },
  {
    rule: "7.1.django",
    name: "a folder of the app named django is one to Python as well",
    files: { ...APP, "django/__init__.py": "", "django/manage.py": "" },
    steps: between("$ python django/manage.py collectstatic --noinput"),
  },
  {
    rule: "7.1.django",
    name: "where PYTHONPATH says",
    files: { ...APP, "manage.py": "", "vendored/django/__init__.py": "" },
    configVars: { PYTHONPATH: "lib:vendored" },
    steps: between(RUN),
  },
  {
    rule: "7.1.django",
    name: "a folder further down that PYTHONPATH does not name",
    files: { ...APP, "manage.py": "", "vendored/django/__init__.py": "" },
    steps: between(),
  },
  {
    rule: "7.1.manage-py",
    name: "none within three levels",
    ...DJANGO,
    files: { ...APP, "a/b/c/manage.py": "", "manage.py": null },
    steps: between("Skipping Django collectstatic since no manage.py file found."),
  },
  {
    rule: "7.1.manage-py",
    name: "the shallowest, then alphabetical",
    ...DJANGO,
    files: { ...APP, "z/manage.py": "", "b/manage.py": "", "a/c/manage.py": "" },
    steps: between("$ python b/manage.py collectstatic --noinput"),
  },
  {
    rule: "7.1.manage-py",
    name: "the third level counts, and a blank in a name does no harm",
    ...DJANGO,
    files: { ...APP, "a dir/b/manage.py": "" },
    steps: between("$ python a dir/b/manage.py collectstatic --noinput"),
  },
  {
    rule: "7.1.command",
    name: "its output is indented, then an empty line",
    ...DJANGO,
    puppet: {
      "manage.out":
        "Copying '/x/a.css'\n\n126 static files copied to '/x', 370 post-processed.\nPost-processed 'a.css' as 'a.1.css'\n",
    },
    steps: between(RUN),
  },
  ...(
    [
      ["SyntaxError: invalid syntax (settings.py)\nImproperlyConfigured", "syntax-error"],
      ["django.core.exceptions.ImproperlyConfigured: no STATIC_ROOT\nOSError", "improper-configuration"],
      [
        "MissingFileError: The CSS file 'a.css' references a file which could not be found: b.png",
        "fancy-references",
      ],
      ["OSError: [Errno 2] no such file", "missing-file"],
      ["FileNotFoundError: [Errno 2] No such file or directory: '/x/static'", "other"],
      ["Unknown command: 'collectstatic'\nType 'manage.py help' for usage.", "other"],
    ] as const
  ).map(([text, cause], index): BuildCase => ({
    ...DJANGO,
    rule: "7.1.failure",
    name: `${cause} (${String(index + 1)})`,
    puppet: { "manage.out": `Traceback (most recent call last):\n${text}\n`, "manage.status": "1" },
    steps: between(RUN).slice(0, -1),
    blocks: [FAILED],
    failure: `collectstatic-${cause}`,
  })),
]);

it("7.1.command: what is really run, and what it sees", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({
    ...DJANGO,
    configVars: { SECRET_KEY: "k y", LD_PRELOAD: "/x.so", BUILD_DIR: "/mine" },
  });
  expect((await rig.calls()).at(-1)).toBe("manage.py collectstatic --noinput --traceback");
  const env = Object.fromEntries(await rig.environmentOfLastCall());
  expect(env).toMatchObject({
    SECRET_KEY: "k y",
    PYTHONPATH: ".",
    BUILD_DIR: "/mine",
    PYTHONUNBUFFERED: "1",
  });
  expect(env).not.toHaveProperty("LD_PRELOAD");
});

it.for([
  ["/mine", "/mine"],
  ["", "."],
] as const)("7.1.command: PYTHONPATH as config var: %o", async ([value, seen]) => {
  await using rig = await PythonRig.open();
  await rig.compile({ ...DJANGO, configVars: { PYTHONPATH: value } });
  expect((await rig.environmentOfLastCall()).get("PYTHONPATH")).toBe(seen);
});

it.concurrent.for([
  ["1", true],
  ["0", false],
  ["true", false],
] as const)("7.1.debug: DEBUG_COLLECTSTATIC=%s", async ([value, shown], { expect }) => {
  await using rig = await PythonRig.open();
  const { output, failure } = await rig.compile({
    ...DJANGO,
    configVars: { DEBUG_COLLECTSTATIC: value, MINE: "seen" },
    puppet: { "manage.status": "1" },
  });
  const dump = output.split(`${FAILED}\n`)[1] ?? "";
  expect(dump.includes("\n****** Collectstatic environment variables:\n\n")).toBe(shown);
  expect(dump.includes("\n       MINE=seen\n")).toBe(shown);
  expect(dump.includes("\n       PYTHONPATH=.\n")).toBe(shown);
  expect(failure).toBe("collectstatic-other");
});

buildCases("NLTK", [
  {
    rule: "7.2.nltk",
    name: "packages of nltk.txt",
    files: { ...APP, "nltk.txt": "punkt\nstopwords\n" },
    installs: installing("nltk"),
    puppet: { "nltk.downloader.out": "[nltk_data] Downloading package punkt...\n" },
    steps: between("Downloading NLTK corpora...", "Downloading NLTK packages: punkt stopwords"),
  },
  {
    rule: "7.2.none",
    name: "nltk without nltk.txt",
    files: APP,
    installs: installing("nltk"),
    steps: between("Downloading NLTK corpora..."),
  },
  {
    rule: "7.2.none",
    name: "nltk.txt without nltk",
    files: { ...APP, "nltk.txt": "punkt\n" },
    steps: between(),
  },
  {
    rule: "7.2.failure",
    name: "before collectstatic",
    files: { ...APP, "nltk.txt": "punk\n", "manage.py": "" },
    installs: installing("nltk", "django"),
    puppet: { "nltk.downloader.out": "Error loading punk\n", "nltk.downloader.status": "1" },
    blocks: ["Error: Unable to download NLTK data."],
    failure: "nltk-downloader",
  },
]);

it("7.2.nltk: what is run, with config vars, and NLTK_DATA afterwards", async () => {
  await using rig = await PythonRig.open();
  const { output } = await rig.compile({
    files: { ...APP, "nltk.txt": "punkt" },
    installs: installing("nltk"),
    configVars: { MINE: "1" },
  });
  expect((await rig.calls()).at(-1)).toBe("-m nltk.downloader -d BUILD_DIR/.heroku/python/nltk_data punkt");
  expect((await rig.environmentOfLastCall()).get("MINE")).toBe("1");
  const line = 'export NLTK_DATA="/app/.heroku/python/nltk_data"\n';
  expect(await rig.built(".profile.d/python.sh")).toContain(line);
  expect(await rig.built("../buildpack/export")).toContain(line);
  expect(steps(output)).toContain("Downloading NLTK packages: punkt");
});
