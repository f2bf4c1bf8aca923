import { ok, type Result } from "../../kernel/result.ts";
import type { Explanation } from "../../platform/failure.ts";
import { usage, type Call, type Command } from "../command.ts";
import { isOnPath, NOT_FOUND, startCommand } from "../command-process.ts";
import { host, type Hosted } from "../hosting.ts";
import { QuietLog } from "../quiet-log.ts";
import { writeExplanation } from "../render/explanation.ts";
import { readyLine } from "../render/ready-line.ts";
import { readUpOptions, type UpOptions } from "../up-options.ts";
import { tell, type World } from "../world.ts";

/** An app for as long as a command runs: `exec -- pytest`. Its exit code is ours. design.md 5, CI */
export const exec: Command = async (call) => {
  const { world, arguments: words } = call;
  const options = readExecOptions(call);
  if (!options.ok) return options;
  const { folder } = options.value;
  const [program] = words;
  if (program === undefined)
    return usage("Usage: dynosim exec [options] -- COMMAND", "For example: dynosim exec -- pytest");
  if (!isOnPath(program, folder, world.environment)) {
    const body = `Looked for it ${program.includes("/") ? `from ${folder}` : "in the folders of PATH"}.`;
    writeExplanation(world, { title: `${program}: command not found.`, body, next: "", exitCode: 1 });
    return ok(NOT_FOUND);
  }
  const opened = QuietLog.open(world, call.options.text("log"));
  if (!opened.ok) return opened;
  using log = opened.value;
  const outcome = await host(world, options.value, {
    onLine: log.write,
    // its next try is 20 minutes away, and a job in CI has nobody who could mend it meanwhile
    onCrash: (platform, crashed) => ({
      title: `${platform.app().name} did not come up: ${crashed.map(({ name }) => name).join(", ")} crashed.`,
      body: "What it said is above.",
      next: "",
      exitCode: 6,
    }),
    onUp: async (hosted, { notices }) => {
      const { name, webUrl = "" } = hosted.platform.app();
      for (const notice of notices) tell(world, notice);
      hosted.open();
      tell(world, readyLine(webUrl, name));
      const { status, isInterrupted } = await runAgainst(world, hosted, words);
      if (status !== 0 && !isInterrupted) log.tellEnd(`${program} ended with ${status}.`);
      return status;
    },
  });
  // a build says itself what is wrong; of an app that did not come up only its log can tell
  if (!outcome.ok && outcome.failure.exitCode === 6) log.tellEnd("The app did not come up.");
  return outcome;
};

function readExecOptions(call: Call): Result<UpOptions, Explanation> {
  const read = readUpOptions({ ...call, arguments: [] });
  if (!read.ok) return read;
  const types = call.options.text("types");
  if (types !== undefined && call.options.flag("all"))
    return usage("--all starts every process type: name none.", "For example: dynosim exec --all -- pytest");
  return ok({
    ...read.value,
    formation: types?.split(",") ?? read.value.formation,
    // several of these on one machine at once are nothing unusual
    port: read.value.port ?? 0,
    controlPort: read.value.controlPort ?? 0,
  });
}

interface Ended {
  readonly status: number;
  /** It was not its own idea. */
  readonly isInterrupted: boolean;
}

async function runAgainst(world: World, hosted: Hosted, words: readonly string[]): Promise<Ended> {
  const { platform, control, ended, interrupts } = hosted;
  const { name, folder, webUrl } = platform.app();
  const command = startCommand(world, words, {
    cwd: folder,
    environment: {
      ...world.environment,
      DYNOSIM_URL: webUrl,
      DYNOSIM_CONTROL_URL: control.url,
      DYNOSIM_TOKEN: control.token,
      DYNOSIM_APP: name,
    },
  });
  let isInterrupted = false;
  void ended.then((end) => {
    isInterrupted = true;
    command.stop(end === "down" ? "SIGTERM" : end);
  });
  void interrupts.second.then(() => command.kill());
  return { status: await command.status, isInterrupted };
}
