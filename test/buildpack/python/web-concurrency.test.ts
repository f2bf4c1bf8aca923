import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const SCRIPT = join(import.meta.dirname, "../../../buildpack-sim/python/profile.d/WEB_CONCURRENCY.sh");
const LIMIT_FILE = "/sys/fs/cgroup/memory/memory.limit_in_bytes";
const run = promisify(execFile);

interface Boot {
  /** Content of the limit file; undefined: there is none. */
  readonly limit: string | undefined;
  /** What nproc says; undefined: it fails. */
  readonly cores: number | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

/** Sources a copy of the shipped script in which only the limit file's path is another one. */
async function boot({
  limit,
  cores,
  env,
}: Boot): Promise<{ readonly set: Record<string, string>; readonly told: string }> {
  const dir = await mkdtemp(join(tmpdir(), "dynosim-concurrency-"));
  try {
    const text = await readFile(SCRIPT, "utf8");
    expect(text.split(LIMIT_FILE)).toHaveLength(2);
    await writeFile(join(dir, "script.sh"), text.replace(LIMIT_FILE, join(dir, "limit")));
    if (limit !== undefined) await writeFile(join(dir, "limit"), limit);
    await writeFile(
      join(dir, "nproc"),
      cores === undefined ? "#!/bin/sh\nexit 1\n" : `#!/bin/sh\necho ${String(cores)}\n`,
    );
    await chmod(join(dir, "nproc"), 0o755);
    const names = "DYNO_RAM WEB_CONCURRENCY WEB_CONCURRENCY_SET_BY";
    const show = `for name in ${names}; do if [[ -v $name ]]; then echo "$name=\${!name}"; fi; done; declare -F; compgen -v | grep -E '^(memory|cores|bytes|by_)' || true`;
    const { stdout, stderr } = await run(
      "/bin/bash",
      ["--norc", "-c", `. "${join(dir, "script.sh")}"; ${show}`],
      {
        env: { PATH: `${dir}:/usr/bin:/bin`, DYNO: "web.1", ...env },
      },
    );
    const lines = stdout.split("\n").filter((line) => line !== "");
    return {
      set: Object.fromEntries(lines.map((line) => [line.replace(/=.*/, ""), line.replace(/^[^=]*=/, "")])),
      told: stderr,
    };
  } finally {
    await rm(dir, { recursive: true });
  }
}

const mb = (count: number): string => `${String(count * 1048576)}\n`;

it.concurrent.for<[string, number, number, number, string]>([
  ["eco, basic, standard-1x", 512, 8, 2, "available memory"],
  ["standard-2x, private-s", 1024, 8, 4, "available memory"],
  ["performance-m", 2560, 2, 5, "number of CPU cores"],
  ["performance-l", 14336, 8, 17, "number of CPU cores"],
  ["performance-l-ram", 30720, 4, 9, "number of CPU cores"],
  ["performance-xl", 63488, 8, 17, "number of CPU cores"],
  ["performance-2xl", 129024, 16, 33, "number of CPU cores"],
  ["below 256 MB", 100, 8, 1, "available memory"],
  ["a tie", 768, 1, 3, "number of CPU cores"],
])("10.table: %s", async ([, memory, cores, concurrency, reason], { expect }) => {
  expect(await boot({ limit: mb(memory), cores })).toEqual({
    set: {
      DYNO_RAM: String(memory),
      WEB_CONCURRENCY: String(concurrency),
      WEB_CONCURRENCY_SET_BY: "heroku/python",
    },
    told:
      `Python buildpack: Detected ${String(memory)} MB available memory and ${String(cores)} CPU cores.\n` +
      `Python buildpack: Defaulting WEB_CONCURRENCY to ${String(concurrency)} based on the ${reason}.\n`,
  });
});

const NO_MEMORY =
  "Python buildpack: Couldn't determine available memory. Skipping automatic configuration of WEB_CONCURRENCY.\n";
const PRESET =
  "Python buildpack: Detected 512 MB available memory and 8 CPU cores.\n" +
  "Python buildpack: Skipping automatic configuration of WEB_CONCURRENCY since it's already set.\n";

it.concurrent.for<[string, Boot, Record<string, string>, string]>([
  ["no limit file", { limit: undefined, cores: 8 }, {}, NO_MEMORY],
  ["no limit (v1's huge number)", { limit: "9223372036854771712\n", cores: 8 }, {}, NO_MEMORY],
  ["a number too large for the shell", { limit: "99999999999999999999999\n", cores: 8 }, {}, NO_MEMORY],
  ["above 1 TB", { limit: "1099511627777\n", cores: 8 }, {}, NO_MEMORY],
  ["cgroup v2's word", { limit: "max\n", cores: 8 }, {}, NO_MEMORY],
  [
    "1 TB",
    { limit: "1099511627776\n", cores: 1, env: { DYNO: "worker.1" } },
    { DYNO_RAM: "1048576", WEB_CONCURRENCY: "3", WEB_CONCURRENCY_SET_BY: "heroku/python" },
    "",
  ],
  [
    "the integer part",
    { limit: "268435455\n", cores: 8, env: { DYNO: "worker.1" } },
    { DYNO_RAM: "255", WEB_CONCURRENCY: "1", WEB_CONCURRENCY_SET_BY: "heroku/python" },
    "",
  ],
  [
    "no nproc",
    { limit: mb(512), cores: undefined },
    {},
    "Python buildpack: Couldn't determine number of CPU cores. Skipping automatic configuration of WEB_CONCURRENCY.\n",
  ],
  [
    "preset",
    { limit: mb(512), cores: 8, env: { WEB_CONCURRENCY: "7" } },
    { DYNO_RAM: "512", WEB_CONCURRENCY: "7" },
    PRESET,
  ],
  [
    "preset, empty",
    { limit: mb(512), cores: 8, env: { WEB_CONCURRENCY: "" } },
    { DYNO_RAM: "512", WEB_CONCURRENCY: "" },
    PRESET,
  ],
  [
    "DYNO_RAM is overridden",
    { limit: mb(512), cores: 8, env: { DYNO_RAM: "1", WEB_CONCURRENCY: "7", DYNO: "run.1234" } },
    { DYNO_RAM: "512", WEB_CONCURRENCY: "7" },
    "",
  ],
  ...["worker.1", "run.9157", "release.2", "webby.1", "web", ""].map(
    (DYNO): [string, Boot, Record<string, string>, string] => [
      `silent in "${DYNO}"`,
      { limit: mb(512), cores: 8, env: { DYNO } },
      { DYNO_RAM: "512", WEB_CONCURRENCY: "2", WEB_CONCURRENCY_SET_BY: "heroku/python" },
      "",
    ],
  ),
])("10.edges: %s", async ([, how, set, told], { expect }) => {
  expect(await boot(how)).toEqual({ set, told });
});
