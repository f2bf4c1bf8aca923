import { STATE_VERSION } from "../state.ts";
import { assertNever } from "../../kernel/assert-never.ts";
import type { Explanation, PlatformFailure } from "../failure.ts";
import { aboveAppLimit } from "./scaling.ts";

/** What belongs to no folder below. */
type OwnKind =
  | "already-up"
  | "busy"
  | "not-up"
  | "state-unreadable"
  | "state-newer"
  | "state-unwritable"
  | "certificates-unwritable"
  | "bad-app-name"
  | "nothing-deployed"
  | "dyno-not-up"
  | "one-off-limit"
  | "bad-limit";

/** Names of a list that may be long. */
const SHOWN = 5;

export function explainOwn(failure: Extract<PlatformFailure, { kind: OwnKind }>): Explanation {
  switch (failure.kind) {
    case "already-up":
      return {
        title: "This app is up already.",
        body: `${failure.folder} is served by process ${failure.pid}${failure.url === undefined ? "" : ` at ${failure.url}`}.`,
        next: "Stop it with dynosim down, or use it: dynosim ps, dynosim logs --tail",
        exitCode: 1,
      };
    case "busy":
      return {
        title: "Another dynosim is at work on this app.",
        body: `Process ${failure.pid} holds ${failure.folder}/.dynosim.`,
        next: "Wait until it is done, then try again.",
        exitCode: 1,
      };
    case "not-up":
      return {
        title: `${failure.app} is not up.`,
        body: "This command talks to a running app, and none was found.",
        next: "Start it: dynosim up (in the app's folder). What is up: dynosim apps",
        exitCode: 1,
      };
    case "state-unreadable":
      return {
        title: `${failure.file} cannot be read.`,
        body: `${failure.reason}. It holds the app's config vars, formation and releases.`,
        next: "Give yourself the right to read it.",
        exitCode: 1,
      };
    case "state-newer":
      return {
        title: `${failure.file} was written by a newer dynosim.`,
        body: `It is of version ${failure.version}, and this dynosim knows none above ${STATE_VERSION}. It is left as it is.`,
        next: "Use the newer dynosim. To begin anew without the app's config vars and releases, move the file away.",
        exitCode: 1,
      };
    case "state-unwritable":
      return {
        title: `${failure.folder} cannot be written to.`,
        body: `${failure.reason}. There dynosim keeps the app's config vars, formation and releases.`,
        next: "Give yourself the right to write there, or work on a copy of the folder.",
        exitCode: 1,
      };
    case "certificates-unwritable":
      return {
        title: `${failure.folder} cannot be written to.`,
        body: `${failure.reason}. There dynosim keeps the certificate authority that HTTPS needs.`,
        next: "Give yourself the right to write there, or name another place: XDG_STATE_HOME.",
        exitCode: 1,
      };
    case "bad-app-name":
      return {
        title: `${failure.name} is no app name.`,
        body: "A name begins with a lower-case letter, goes on with letters, digits and hyphens, ends with no hyphen, and has 30 characters at most.",
        next: `For example: --name ${failure.nearest}`,
        exitCode: 2,
      };
    case "nothing-deployed":
      return {
        title: `${failure.app} has no release with a slug yet.`,
        body: "A dyno starts from a release, and nothing has been compiled so far.",
        next: "Compile and start it: dynosim up",
        exitCode: 1,
      };
    case "bad-limit":
      return {
        title: `${failure.variable} is ${JSON.stringify(failure.text)}.`,
        body: `It makes one of Heroku's limits shorter, for tests: a whole number of milliseconds from 1 to ${failure.most}.`,
        next: `Correct it, or leave Heroku's own: unset ${failure.variable}`,
        exitCode: 2,
      };
    case "one-off-limit":
      return {
        title: aboveAppLimit(failure.limit, failure.size),
        body: `One-off dynos that run: ${failure.running.slice(0, SHOWN).join(", ")}${failure.running.length > SHOWN ? " and more" : ""}.`,
        next: `Wait until one ends, or end it: dynosim ps:stop -d ${failure.running[0]}`,
        exitCode: 1,
      };
    case "dyno-not-up":
      return {
        title: "Could not connect to dyno!",
        body: `${failure.dyno} is ${failure.state}; a process can only join a dyno that is up.`,
        next: "Check if the dyno is running: dynosim ps. A dyno of its own for a command: dynosim run COMMAND",
        exitCode: 1,
      };
    default:
      return assertNever(failure);
  }
}
