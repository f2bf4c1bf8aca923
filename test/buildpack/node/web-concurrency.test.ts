import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { BUILDPACKS } from "../rig.ts";

const SCRIPT = join(import.meta.dirname, "../../../buildpack-sim/nodejs/profile.d/WEB_CONCURRENCY.sh");
const LIMIT_FILE = "/sys/fs/cgroup/memory/memory.limit_in_bytes";
const run = promisify(execFile);

interface Boot {
  readonly set: Readonly<Record<string, string>>;
  readonly told: string;
}

/** Sources a copy of the shipped script in which only the limit file's path is another one; `limit` undefined: no file. */
async function boot(limit: string | undefined, env: Readonly<Record<string, string>> = {}): Promise<Boot> {
  const dir = await mkdtemp(join(tmpdir(), "dynosim-concurrency-"));
  try {
    const text = await readFile(SCRIPT, "utf8");
    expect(text.split(LIMIT_FILE)).toHaveLength(2);
    await writeFile(join(dir, "script.sh"), text.replace(LIMIT_FILE, join(dir, "limit")));
    if (limit !== undefined) await writeFile(join(dir, "limit"), limit);
    const names = "MEMORY_AVAILABLE WEB_MEMORY WEB_CONCURRENCY WEB_CONCURRENCY_SET_BY";
    const show = `echo; echo ----; for name in ${names}; do if [[ -v $name ]]; then echo "$name=\${!name}"; fi; done; declare -F; compgen -v | grep -E '^(processes|file|most|bytes)$' || true`;
    const { stdout } = await run("/bin/bash", ["--norc", "-c", `. "${join(dir, "script.sh")}"; ${show}`], {
      env: { PATH: "/usr/bin:/bin", DYNO: "web.1", ...env },
    });
    const [told = "", shown = ""] = stdout.split("\n----\n");
    const lines = shown.split("\n").filter((line) => line !== "");
    return {
      told,
      set: Object.fromEntries(lines.map((line) => [line.replace(/=.*/, ""), line.replace(/^[^=]*=/, "")])),
    };
  } finally {
    await rm(dir, { recursive: true });
  }
}

const mb = (count: number): string => `${String(count * 1048576)}\n`;
const by = (memory: string, web: string, processes: string): Readonly<Record<string, string>> => ({
  MEMORY_AVAILABLE: memory,
  WEB_MEMORY: web,
  WEB_CONCURRENCY: processes,
  WEB_CONCURRENCY_SET_BY: "heroku/nodejs",
});

it.concurrent.for<[type: string, memory: number, web: string, processes: string]>([
  ["eco, basic, standard-1x", 512, "512", "1"],
  ["standard-2x", 1024, "512", "2"],
  ["performance-m", 2560, "512", "5"],
  ["performance-l", 14336, "512", "28"],
  ["just below the step", 16384, "512", "32"],
  ["performance-l-ram", 30720, "2048", "15"],
  ["performance-xl", 63488, "2048", "31"],
  ["performance-2xl", 129024, "2048", "63"],
  ["less than one process", 256, "512", "1"],
])("A9.table: %s", async ([, memory, web, processes], { expect }) => {
  expect(await boot(mb(memory))).toEqual({ told: "", set: by(String(memory), web, processes) });
});

it.concurrent.for<
  [
    what: string,
    limit: string | undefined,
    env: Readonly<Record<string, string>>,
    set: Readonly<Record<string, string>>,
  ]
>([
  ["no limit file", undefined, {}, by("512", "512", "1")],
  ["no limit", "9223372036854771712\n", {}, by("129024", "2048", "63")],
  ["WEB_MEMORY of the app", mb(2560), { WEB_MEMORY: "1024" }, by("2560", "1024", "2")],
  ["MEMORY_AVAILABLE of the app", mb(512), { MEMORY_AVAILABLE: "2048" }, by("2048", "512", "4")],
  ["no memory for a process", mb(512), { WEB_MEMORY: "0" }, by("512", "0", "1")],
  ["an empty WEB_CONCURRENCY is none", mb(1024), { WEB_CONCURRENCY: "" }, by("1024", "512", "2")],
  [
    "WEB_CONCURRENCY of the app",
    mb(1024),
    { WEB_CONCURRENCY: "7" },
    { MEMORY_AVAILABLE: "1024", WEB_MEMORY: "512", WEB_CONCURRENCY: "7" },
  ],
])("A9.edges: %s", async ([, limit, env, set], { expect }) => {
  expect(await boot(limit, env)).toEqual({ told: "", set });
});

it("A9.edges: more than 200 are none, with a note", async () => {
  const { set, told } = await boot(mb(129024), { WEB_MEMORY: "512" });
  expect(set).toEqual(by("129024", "512", "1"));
  expect(told).toMatch(
    /^Could not determine a reasonable value for WEB_CONCURRENCY\.\n.*\nWEB_CONCURRENCY has been set to 1\. /,
  );
});

it.each([
  [
    "true",
    "Detected 1024 MB available memory, 512 MB limit per process (WEB_MEMORY)\nRecommending WEB_CONCURRENCY=2\n",
  ],
  ["1", ""],
])("A9.log: LOG_CONCURRENCY=%s", async (LOG_CONCURRENCY, told) => {
  expect((await boot(mb(1024), { LOG_CONCURRENCY })).told).toBe(told);
});

it("A9.last: the Python buildpack's file has the same name, so the last of the two replaces the other", async () => {
  const folders = ["nodejs", "python"].map((name) => join(BUILDPACKS, name, "profile.d"));
  const names = await Promise.all(folders.map((folder) => readdir(folder)));
  expect(names.map((name) => name.includes("WEB_CONCURRENCY.sh"))).toEqual([true, true]);
  // Neither keeps the other's file where it is there already.
  const copiers = ["nodejs", "python"].map((name) => join(BUILDPACKS, name, "lib/profile.sh"));
  for (const copier of copiers) expect(await readFile(copier, "utf8")).toMatch(/^ +cp -- /m);
});
