import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { placesIn } from "../../src/engine/process/places.ts";
import { isAlive } from "../../src/platform/run-file.ts";
import { openProcessStage, type Walls } from "./process-stage.ts";
import { until, valueOf } from "./stage.ts";

const HOLDER: string = fileURLToPath(new URL("../fixtures/holds-process-dynos.ts", import.meta.url));
/**
 * One that takes note of SIGTERM where it can (which it cannot when it is shut in), and two that do not care. What it would say
 * of its `sleep` nobody reads any more: SIGPIPE would end it.
 */
const commandsIn = (temp: string): readonly string[] => [
  `exec 2>/dev/null; trap 'echo told >${temp}/told; exit 0' TERM; echo ready; while :; do sleep 0.1; done`,
  "(setsid ./puppet ignore </dev/null >/dev/null 2>&1 &); ./puppet ignore",
];
/** Within this time of dynosim's end nobody is left. issue E */
const NOTICED = 10_000;

describe.each<Walls>(["none", "best"])("dynos of a dynosim that is killed (walls: %s)", (walls) => {
  let temp: string;
  let holder: ChildProcess;
  beforeEach(async () => {
    temp = await mkdtemp(join(tmpdir(), "dynosim-orphans-"));
    holder = spawn(process.execPath, [HOLDER, temp, walls, ...commandsIn(temp)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    for await (const chunk of holder.stdout ?? []) {
      said += String(chunk);
      if (said.includes("all\n")) break;
    }
  });
  // by the watchman, as long as the rooms are there
  afterEach(async () => {
    holder.kill("SIGKILL");
    await until(async () => (await living()).length === 0);
    await rm(temp, { recursive: true, force: true });
  });

  const rooms = (): readonly string[] => readdirSync(placesIn(temp).rooms);
  /** All of this machine whose command line or environment names the temp folder. */
  async function living(): Promise<readonly number[]> {
    const found = await Promise.all(
      readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
        .map(async (pid) => {
          const texts = await Promise.all(
            ["cmdline", "environ"].map((file) => readFile(`/proc/${pid}/${file}`, "latin1").catch(() => "")),
          );
          return texts.join("").includes(temp) ? [Number(pid)] : [];
        }),
    );
    return found.flat();
  }
  const sweeping = async (): Promise<number> => {
    await using stage = await openProcessStage(walls, temp);
    const swept = valueOf(
      await stage.engine.sweep(({ pid, started }) => isAlive(pid, started === "" ? undefined : started)),
    );
    return swept.containers;
  };

  it("are told to end, and then killed, by the watchman", async () => {
    expect(rooms()).toHaveLength(2);
    expect((await living()).length).toBeGreaterThan(2);
    const begun = Date.now();
    holder.kill("SIGKILL");
    await once(holder, "exit");
    await until(async () => rooms().length === 0 && (await living()).length === 0);
    expect(Date.now() - begun).toBeLessThan(NOTICED);
    expect(existsSync(join(temp, "told"))).toBe(walls === "none");
    expect(await sweeping()).toBe(0);
  });

  it("are left alone as long as it lives, and end with it when the next one starts, watchman or not", async () => {
    expect(await sweeping()).toBe(0);
    const [watchman] = await watchmenOf(holder);
    expect(watchman).toBeDefined();
    process.kill(watchman!, "SIGKILL");
    holder.kill("SIGKILL");
    await once(holder, "exit");
    expect(rooms()).toHaveLength(2);
    expect(await sweeping()).toBe(2);
    expect(rooms()).toEqual([]);
    expect(await living()).toEqual([]);
  });

  it("have another watchman when theirs has gone", async () => {
    const [watchman] = await watchmenOf(holder);
    process.kill(watchman!, "SIGKILL");
    await until(async () => {
      const [other] = await watchmenOf(holder);
      return other !== undefined && other !== watchman;
    });
  });
});

/** Children of that process that have the watchman's name. */
async function watchmenOf({ pid }: ChildProcess): Promise<readonly number[]> {
  const children = existsSync(`/proc/${pid}/task`)
    ? await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "")
    : "";
  const named = await Promise.all(
    children
      .split(" ")
      .filter((child) => child.trim() !== "")
      .map(async (child) => {
        const line = await readFile(`/proc/${child.trim()}/cmdline`, "utf8").catch(() => "");
        return line.includes("dynosim-watchman") ? [Number(child)] : [];
      }),
  );
  return named.flat();
}
