import type { EngineFailure } from "../../engine/failure.ts";
import { PROCESS_SLUG } from "../../engine/slug-origin.ts";
import { assertNever } from "../../kernel/assert-never.ts";
import type { Explanation } from "../failure.ts";
import { explainMachine } from "./machine.ts";

/** The words for whatever goes wrong with the container engine. */
export function explainEngine(failure: EngineFailure): Explanation {
  switch (failure.kind) {
    case "engine-unreachable":
      return {
        title: "No container engine answers",
        body: [
          "dynosim runs dynos in containers, and tried:",
          ...failure.tried.map((one) => `  ${one}`),
        ].join("\n"),
        next: "Start Docker (or set DOCKER_HOST to the engine you use) and try again. On Debian and Ubuntu scripts/setup installs and starts one. Without containers, with fewer of a dyno's limits: --engine process (which: dynosim doctor --engine process).",
        exitCode: 3,
      };
    case "engine-unfit":
      return {
        title: "The container engine cannot run dynos",
        body: `An engine answers, but ${failure.reason}.`,
        next: "Update it, or point DOCKER_HOST to another engine; dynosim doctor shows what is looked at.",
        exitCode: 3,
      };
    case "image-missing":
      if (failure.reason !== undefined)
        return {
          title: `The image ${failure.image} is not here, and could not be pulled`,
          body: `The engine said: ${failure.reason}. Nothing has been built or released.`,
          next: `Check its name (docker pull ${failure.image} should find it), or bring it here with docker load; without --stack-image dynosim makes images of its own.`,
          exitCode: 1,
        };
      if (failure.image.startsWith(PROCESS_SLUG))
        return {
          title: "The slug of this release is not here",
          body: "It was built without containers, and such slugs lie in the temp folder: a reboot, or whoever tidies there, takes them away.",
          next: "Run dynosim up: it is built anew. Config vars, releases and formation are kept elsewhere, and stand.",
          exitCode: 1,
        };
      return {
        title: `The image ${failure.image} is not here`,
        body: "Somebody removed it from the engine after dynosim made it.",
        next: "Run dynosim up: it makes what is missing. dynosim images build makes the stack images by themselves.",
        exitCode: 1,
      };
    case "image-build-failed":
      return {
        title: `The stack image ${failure.image} could not be made`,
        body: [failure.reason, ...failure.log.slice(-LAST_LINES).map((line) => `  ${line}`)].join("\n"),
        next: "Nothing half-made is left. Look at the lines above, then try dynosim images build again.",
        exitCode: 1,
      };
    case "python-missing":
    case "python-unfit":
    case "tools-missing":
      return explainMachine(failure);
    case "disk-full":
      if (failure.folder !== undefined)
        return {
          title: "The temp folder is full",
          body: `No space is left where rooms and slugs lie, in ${failure.folder}. It was: ${failure.reason}`,
          next: "Free some space (dynosim clean removes what old releases and builds hold), or let TMPDIR name a folder with more of it. Then try again; the release that ran before still stands.",
          exitCode: 1,
        };
      return {
        title: "The engine's disk is full",
        body: failure.reason,
        next: "Free some space: dynosim clean removes what old releases and builds hold. Then try again; the release that ran before still stands.",
        exitCode: 1,
      };
    case "engine-error":
      return {
        title: `The engine refused to ${failure.during}`,
        body: failure.reason,
        next: "Try again; if it stays, dynosim doctor looks at the engine and says what is unusual about it.",
        exitCode: 1,
      };
    case "no-containers":
      return {
        title: `The image ${failure.image} takes containers`,
        body: "This app builds and runs on images of its own choice (--stack-image), and here it runs as processes of this machine.",
        next: "Have containers: --engine docker. Or leave the images: --stack-image own.",
        exitCode: 3,
      };
    case "machine-unfit":
      return {
        title: "This machine's processes cannot be dynos",
        body: `${capital(failure.reason)}.`,
        next: "Mend that, or have containers: start Docker, and leave out --engine process. dynosim doctor --engine docker looks for it.",
        exitCode: 3,
      };
    case "machine-refused":
      return {
        title: `Could not ${failure.during} without containers`,
        body: failure.reason,
        next: "Try again; if it stays, dynosim doctor --engine process tells what this machine has.",
        exitCode: 1,
      };
    default:
      return assertNever(failure);
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Of a long log the end tells most. */
const LAST_LINES = 15;
