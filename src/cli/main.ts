import { SystemClock } from "../kernel/system-clock.ts";
import { versionLine } from "./version-line.ts";
import { writeExplanation } from "./render/explanation.ts";
import type { World } from "./world.ts";

/** argv (without node and script) to exit code. */
export async function main(argv: readonly string[], world: World = systemWorld()): Promise<number> {
  if (["--version", "-v", "version"].includes(argv[0] ?? "") && argv.length === 1) {
    world.stdout.write(`${versionLine()}\n`);
    return 0;
  }
  // a reader that has seen enough (`logs | head`) is no trouble
  world.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
  });
  const { runProgram } = await import("./program.ts");
  const outcome = await runProgram(argv, world);
  if (outcome.ok) return outcome.value;
  writeExplanation(world, outcome.failure);
  return outcome.failure.exitCode;
}

function systemWorld(): World {
  return {
    environment: process.env,
    cwd: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: new SystemClock(),
    openPlatform: async (options) => {
      const { openPlatform } = await import("../platform/open-platform.ts");
      return openPlatform(options);
    },
  };
}
