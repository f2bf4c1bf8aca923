import type { ReleaseBody } from "../../api/resources/release.ts";
import { fail, ok } from "../../kernel/result.ts";
import type { Explanation } from "../../platform/failure.ts";
import { withRunningApp } from "../app-of.ts";
import type { Command } from "../command.ts";
import { action } from "../render/action.ts";
import { print } from "../world.ts";
import { findRelease, printOutput } from "./releases-output.ts";

/** Copies the newest release into a new one, and runs its release command again. heroku.md 9 */
export const releasesRetry: Command = async (call) =>
  withRunningApp(call, async (app) => {
    const { world } = call;
    const former = await findRelease(app, undefined);
    if (!former.ok) return former;
    const { version, description, slug } = former.value;
    if (slug === null) return fail(NO_COMMAND);
    const retried = await action(
      world,
      `Retrying v${version} on ⬢ ${app.name}`,
      () =>
        app.control.send<ReleaseBody>("POST", `${app.path}/releases`, {
          description: `Retry of v${version}: ${description}`,
          slug: slug.id,
        }),
      ({ body }) => `done, v${body.version}`,
    );
    if (!retried.ok) return retried;
    const { body: release } = retried.value;
    if (release.output_stream_url !== null) {
      print(world, "Running release command...");
      const printed = await printOutput(world, app, release.output_stream_url);
      if (!printed.ok) return printed;
    }
    const ended = await findRelease(app, String(release.version));
    if (!ended.ok) return ended;
    return ended.value.status === "succeeded" ? ok(0) : fail(failedAgain(release.version));
  });

const NO_COMMAND: Explanation = {
  title: "App must have a release-phase command to use this command.",
  body: "Nothing has been released with a slug yet.",
  next: "Compile and start it: dynosim up",
  exitCode: 1,
};

function failedAgain(version: number): Explanation {
  return {
    title: `The release command of v${version} failed.`,
    body: "The release is marked as failed, and the dynos stay on the former one.",
    next: "Once it can work: dynosim releases:retry",
    exitCode: 5,
  };
}
