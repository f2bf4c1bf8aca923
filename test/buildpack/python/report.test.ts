import { expect, it } from "vitest";
import { parse } from "yaml";
import { installing, PythonRig, type PythonScript } from "./rig.ts";

const APP = { "requirements.txt": "dash\n", ".python-version": "3.13\n" };
const SECONDS = expect.any(Number);

/** What bin/report says after the last build, read as YAML. */
async function report(rig: PythonRig): Promise<Record<string, unknown>> {
  const { output, status } = await rig.run("report", [rig.buildDir, rig.cache, "/env"]);
  expect(status).toBe(0);
  return parse(output) as Record<string, unknown>;
}

it("12.report: of a successful build, whole", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: { ...APP, "bin/post_compile": "" } });
  const first = await report(rig);
  expect(first).toEqual({
    cache_restore_duration: SECONDS,
    cache_save_duration: SECONDS,
    cache_status: "empty",
    dependencies_install_duration: SECONDS,
    django_collectstatic_duration: SECONDS,
    nltk_downloader_duration: SECONDS,
    package_manager: "pip",
    package_manager_install_duration: SECONDS,
    pip_version: "26.2.1",
    pip_version_installed: "26.2.1",
    post_compile_hook: true,
    post_compile_hook_duration: SECONDS,
    pre_compile_hook: false,
    python_install_duration: SECONDS,
    python_version: "3.13.5",
    python_version_installed: "3.13.5",
    python_version_major: "3.13",
    python_version_origin: ".python-version",
    python_version_outdated: false,
    python_version_pinned: false,
    python_version_requested: "3.13",
    total_duration: SECONDS,
  });
  const phases = Object.entries(first).filter(
    ([name]) => name.endsWith("_duration") && name !== "total_duration",
  );
  const sum = phases.reduce((sum, [, seconds]) => sum + Number(seconds), 0);
  expect(sum).toBeGreaterThan(0);
  expect(Number(first["total_duration"])).toBeGreaterThan(sum);
});

it.concurrent.for<[string, PythonScript, Record<string, unknown>]>([
  [
    "a pinned, outdated version",
    { files: { ...APP, ".python-version": "3.13.2" } },
    {
      python_version: "3.13.2",
      python_version_major: "3.13",
      python_version_pinned: true,
      python_version_outdated: true,
      python_version_requested: "3.13.2",
    },
  ],
  [
    "the newest patch is not outdated",
    { files: { ...APP, ".python-version": "3.13.15" } },
    { python_version_pinned: true, python_version_outdated: false },
  ],
  [
    "no version",
    { files: { "requirements.txt": "" } },
    { python_version_origin: "default", python_version_requested: "3.14" },
  ],
  [
    "runtime.txt",
    { files: { "requirements.txt": "", "runtime.txt": "python-3.13" } },
    { python_version_origin: "runtime.txt" },
  ],
  [
    "collectstatic run",
    { files: { ...APP, "manage.py": "" }, installs: installing("django") },
    { django_collectstatic: "enabled" },
  ],
  [
    "collectstatic without manage.py",
    { files: APP, installs: installing("django") },
    { django_collectstatic: "skipped-no-manage-py" },
  ],
  [
    "collectstatic switched off",
    { files: APP, configVars: { DISABLE_COLLECTSTATIC: "1" } },
    { django_collectstatic: "disabled-env-var" },
  ],
  [
    "collectstatic switched off by the file",
    { files: { ...APP, ".heroku/collectstatic_disabled": "" } },
    { django_collectstatic: "disabled-file" },
  ],
  [
    "NLTK",
    { files: { ...APP, "nltk.txt": "x" }, installs: installing("nltk") },
    { nltk_downloader: "enabled" },
  ],
  [
    "NLTK without nltk.txt",
    { files: APP, installs: installing("nltk") },
    { nltk_downloader: "skipped-no-nltk-file" },
  ],
  [
    "a failure at the start",
    { files: APP, env: { STACK: "heroku-20" } },
    { failure_reason: "checks::stack::eol" },
  ],
  [
    "a failure on the way keeps what was known",
    { files: APP, puppet: { "pip.status": "1" } },
    {
      failure_reason: "install-dependencies::pip",
      package_manager: "pip",
      pip_version: "26.2.1",
      cache_status: "empty",
    },
  ],
  [
    "a version that is none",
    { files: { ...APP, ".python-version": "3.9" } },
    { failure_reason: "python-version::eol", python_version_requested: "3.9", python_version_major: "3.9" },
  ],
  [
    "a failing collectstatic",
    { files: { ...APP, "manage.py": "" }, installs: installing("django"), puppet: { "manage.status": "1" } },
    { failure_reason: "collectstatic-other", django_collectstatic: "enabled" },
  ],
])("12.report: %s", async ([, script, expected], { expect }) => {
  await using rig = await PythonRig.open();
  const { status } = await rig.compile(script);
  expect(status).toBe("failure_reason" in expected ? 1 : 0);
  const said = await report(rig);
  expect(said).toMatchObject(expected);
  expect("total_duration" in said).toBe(status === 0);
});

it("12.report: of the last build, while the cache goes by the last that succeeded", async () => {
  await using rig = await PythonRig.open();
  await rig.compile({ files: APP });
  await rig.compile({ files: { ...APP, ".python-version": "3.9" } });
  expect(await report(rig)).toMatchObject({ failure_reason: "python-version::eol" });
  const { output } = await rig.compile({ files: APP });
  expect(output).toContain("-----> Restoring cache\n");
  expect(await report(rig)).toMatchObject({ cache_status: "reused", python_version: "3.13.5" });
  await rig.compile({ files: { ...APP, "requirements.txt": "flask" } });
  expect(await report(rig)).toMatchObject({ cache_status: "discarded" });
});

it("12.report: nothing, if nothing is known", async () => {
  await using rig = await PythonRig.open();
  expect(await rig.run("report", ["/build", rig.cache, "/env"])).toMatchObject({ output: "", status: 0 });
});
