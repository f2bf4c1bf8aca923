import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { sleep } from "../kernel/clock.ts";
import { formatDuration } from "../kernel/duration.ts";
import { fail, ok } from "../kernel/result.ts";
import { millis, minutes, type Millis } from "../kernel/units.ts";
import { runOf, tokenOf } from "../platform/run-file.ts";
import type { Call, Outcome } from "./command.ts";
import { ControlClient } from "./control-client.ts";
import { readyLine } from "./render/ready-line.ts";
import type { UpOptions } from "./up-options.ts";
import { print, type World } from "./world.ts";

/** A first start builds images: minutes, not seconds. */
const USUAL_PATIENCE: Millis = minutes(30);
const LOOK_EVERY = millis(50);

/** `up -d`: another process hosts the app; this one shows what it says until the app is up. */
export async function detach(call: Call, options: UpOptions): Promise<Outcome> {
  const { world } = call;
  const own = join(options.folder, ".dynosim");
  try {
    mkdirSync(own, { recursive: true, mode: 0o700 });
  } catch {
    return fail({ title: `${options.folder} cannot be written to.`, body: "", next: "", exitCode: 1 });
  }
  const file = join(own, "up.log");
  const log = openSync(file, "w", 0o600);
  const argv = [...process.execArgv, process.argv[1] ?? "", ...hostArguments(call, options)];
  const child = spawn(process.execPath, argv, {
    cwd: world.cwd,
    env: world.environment,
    detached: true,
    stdio: ["ignore", "ignore", log],
  });
  closeSync(log);
  using said = follow(world, file);
  const end: { status: number | undefined } = { status: undefined };
  child.on("exit", (code) => (end.status = code ?? 1));
  child.on("error", () => (end.status = 1));

  const patience = options.wait ?? USUAL_PATIENCE;
  const giveUp = world.clock.now() + patience;
  while (end.status === undefined) {
    const run = runOf(options.folder);
    if (run !== undefined && run.pid === child.pid) {
      const health = await new ControlClient(run.controlUrl, tokenOf(run) ?? "").get("/dynosim/health");
      if (health.ok) {
        said.show();
        print(world, readyLine(run.url, run.app));
        child.unref();
        return ok(0);
      }
    }
    if (world.clock.now() > giveUp) {
      child.unref();
      return fail({
        title: `The app was not up within ${formatDuration(patience)}.`,
        body: `It is left running as process ${child.pid}.`,
        next: "See what it does: dynosim logs --tail; stop it: dynosim down",
        exitCode: 6,
      });
    }
    said.show();
    await sleep(world.clock, LOOK_EVERY);
  }
  said.show();
  return ok(end.status);
}

/** What `up` was asked, without `-d` and `--wait`: the child waits for nobody. */
function hostArguments({ options }: Call, up: UpOptions): readonly string[] {
  const texts = [
    "port",
    "controlPort",
    "bind",
    "name",
    "envFile",
    "engine",
    "ref",
    "era",
    "stackImage",
    "dynoType",
    "memory",
    "cpu",
    "forwardedProto",
  ];
  const flags = ["all", "watch", "workingTree", "strict", "offline", "paused", "realTime"];
  return [
    "up",
    ...(Array.isArray(up.formation) ? (up.formation as readonly string[]) : []),
    "--dir",
    up.folder,
    ...texts.flatMap((name) => {
      const value = name === "name" ? up.name : options.text(name);
      return value === undefined ? [] : [dashed(name), value];
    }),
    ...["switch", "buildpack"].flatMap((name) => options.list(name).flatMap((text) => [dashed(name), text])),
    ...flags.filter((name) => options.flag(name)).map(dashed),
  ];
}

/** Passes a growing file on to standard error. */
function follow(world: World, path: string): Disposable & { show(): void } {
  const file = openSync(path, "r");
  const chunk = Buffer.alloc(65_536);
  return {
    show: () => {
      for (let size = readSync(file, chunk); size > 0; size = readSync(file, chunk))
        world.stderr.write(Buffer.from(chunk.subarray(0, size)));
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}

function dashed(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
