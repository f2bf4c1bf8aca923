import { spawn } from "node:child_process";
import { ok, type Result } from "../../kernel/result.ts";
import type { Explanation } from "../../platform/failure.ts";
import { withRunningApp } from "../app-of.ts";
import { failed, type Command } from "../command.ts";
import { action } from "../render/action.ts";

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { darwin: "open", win32: "explorer" };

export const open: Command = async (call) =>
  withRunningApp(call, async ({ run }) => {
    const { href } = new URL(call.arguments[0] ?? "/", `${run.url}/`);
    const opened = await action(call.world, `Opening ${href}`, () => launch(href));
    return opened.ok ? ok(0) : opened;
  });

function launch(href: string): Promise<Result<void, Explanation>> {
  const opener = OPENERS[process.platform] ?? "xdg-open";
  return new Promise((resolve) => {
    const child = spawn(opener, [href], { stdio: "ignore", detached: true });
    child.on("error", () =>
      resolve(failed("There is no browser to open it with.", `Open it by hand: ${href}`)),
    );
    child.on("spawn", () => {
      child.unref();
      resolve(ok());
    });
  });
}
