import { assertNever } from "../../kernel/assert-never.ts";
import type { ReleaseFailure } from "../../release/failure.ts";
import type { Explanation } from "../failure.ts";

export function explainRelease(failure: ReleaseFailure): Explanation {
  switch (failure.kind) {
    case "bad-config-var":
      return failure.reason === "format"
        ? {
            title: `${failure.name} is invalid. Must be in the format FOO=bar.`,
            body: "A name has letters, digits and underscores, and does not begin with a digit.",
            next: "For example: dynosim config:set FOO=bar",
            exitCode: 2,
          }
        : {
            title: `${failure.name} cannot be set: the platform sets it itself.`,
            body: "Each dyno is given its own value when it starts, and a config var would be overwritten.",
            next: "Choose another name.",
            exitCode: 1,
          };
    case "config-vars-too-large":
      return {
        title: `The config vars would take ${failure.size} bytes; ${failure.limit} is the most.`,
        body: "All names and values count together. Heroku refuses the change as well.",
        next: "Keep large values in a file of the slug or in a store, and unset what is not used: dynosim config:unset NAME",
        exitCode: 1,
      };
    case "unknown-release":
      return {
        title: `Couldn't find release v${failure.version}.`,
        body:
          failure.newest === 0
            ? "There are no releases yet."
            : `There are v1 to v${failure.newest}; only a release with a slug can be rolled back to.`,
        next: "See them: dynosim releases",
        exitCode: 1,
      };
    case "release-phase-failed":
      return {
        title: `The release command of v${failure.version} failed with exit status ${failure.status}.`,
        body: "The release is marked as failed, and the dynos stay on the former one.",
        next: `See what it wrote: dynosim releases:output v${failure.version}. Once it can work: dynosim releases:retry`,
        exitCode: 5,
      };
    case "release-phase-stopped":
      return {
        title:
          failure.why === "time-limit"
            ? `The release command of v${failure.version} took longer than an hour and was stopped.`
            : `The release command of v${failure.version} was stopped before it was done.`,
        body: "The release is marked as failed, whatever status the command ended with; the dynos stay on the former one.",
        next:
          failure.why === "time-limit"
            ? "What takes longer does not belong into the release phase: dynosim run:detached COMMAND"
            : "Run it again: dynosim releases:retry",
        exitCode: 5,
      };
    case "no-release-phase":
      return {
        title: "App must have a release-phase command to use this command.",
        body:
          failure.version === undefined
            ? "Nothing has been released with a slug yet."
            : `The Procfile of v${failure.version} has no line for release.`,
        next: "Add one, and run dynosim up: release: python manage.py migrate",
        exitCode: 1,
      };
    case "required-config-vars":
      return {
        title: `app.json requires config vars that are not set: ${failure.names.join(", ")}.`,
        body: "They are marked as required and have no value of their own.",
        next: `Set them: dynosim config:set ${failure.names.map((name) => `${name}=...`).join(" ")}`,
        exitCode: 1,
      };
    default:
      return assertNever(failure);
  }
}
