import { STACK } from "../heroku/stacks.ts";
import type { AppJson } from "../manifest/app-source.ts";

/** What of app.json is read and not acted upon; it is told once, for Heroku reads the file once. heroku.md 6.6 */
export function appJsonNotices({ addons, environments, stack }: AppJson): string[] {
  const notices: string[] = [];
  if (addons.length > 0) {
    notices.push(
      `app.json asks for add-ons, of which dynosim has none: ${addons.join(", ")}. Start what the app needs yourself, and set the variables that the add-on would: dynosim config:set NAME=VALUE`,
    );
  }
  if (environments.length > 0) {
    notices.push(
      `app.json's environments (${environments.join(", ")}) are for Heroku CI and review apps, and this is neither: they change nothing here.`,
    );
  }
  // the stack container has a notice of its own
  if (stack !== undefined && stack !== STACK && stack !== "container") {
    notices.push(`app.json asks for the stack ${stack}; dynosim builds and runs on ${STACK}.`);
  }
  return notices;
}
