import type { Release } from "../release/release.ts";
import type { App } from "./app.ts";
import { explain } from "./explain.ts";
import { runCommand, type CommandTools } from "./release-phase.ts";

/**
 * `scripts.postdeploy` of app.json: once, in a one-off dyno, when the app's first release is there and before its dynos
 * are started ("Run scripts & scale dynos" is one step of an app's setup). A script that fails spoils the setup, and
 * neither the release nor the app. Heroku names no time limit; here it has that of the release phase. heroku.md 6.6
 */
export async function runPostdeploy(
  app: App,
  release: Release,
  command: string,
  tools: CommandTools,
  onLine: (line: string) => void,
): Promise<void> {
  onLine("");
  onLine("-----> Running scripts.postdeploy of app.json...");
  app.tell(`Starting process with command \`${command}\``);
  const ended = await runCommand(release, { command, type: undefined, size: undefined }, tools, (line) =>
    onLine(`       ${line}`),
  );
  const again = `It runs once only; to run it again: dynosim run '${command.replaceAll("'", String.raw`'\''`)}'`;
  if (!ended.ok) {
    onLine(` !     postdeploy has not run: ${explain(ended.failure).title} ${again}`);
    return;
  }
  const { status, stopped } = ended.value;
  if (stopped === "time-limit") onLine(` !     postdeploy was stopped, as its time was over. ${again}`);
  else if (stopped === "asked") onLine(` !     postdeploy was stopped before it had ended. ${again}`);
  else if (status !== 0) {
    // the words of a setup that failed, in reports of the years 2016 to 2020
    onLine(" !     postdeploy exit code was not 0");
    onLine(
      ` !     It was ${status}. On Heroku this setup counts as failed; the app is there and runs. ${again}`,
    );
  }
}
