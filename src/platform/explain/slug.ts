import { assertNever } from "../../kernel/assert-never.ts";
import { mebibytes } from "../../kernel/units.ts";
import { humanSize } from "../../slug/build-output.ts";
import { isName } from "../../slug/buildpack-reference.ts";
import type { SlugFailure } from "../../slug/failure.ts";
import type { SourceTrouble } from "../../slug/source-trouble.ts";
import type { Explanation } from "../failure.ts";

/** Names shown of a root folder. */
const SHOWN = 12;

export function explainSlug(
  failure: Exclude<SlugFailure, { kind: "checkout-too-large" | "offline-missing" }>,
): Explanation {
  switch (failure.kind) {
    case "no-buildpack":
      return noBuildpack(failure);
    case "buildpack-refused":
      return {
        title: `The buildpack ${failure.buildpack} does not match this app.`,
        body:
          failure.output.length > 0 ? `It said: ${failure.output.join(" ").trim()}` : "It gave no reason.",
        next: "Choose another buildpack, or add the files that this one looks for in the root of the app.",
        exitCode: 4,
      };
    case "bad-buildpack":
      return {
        title: `${failure.buildpack} cannot be used as a buildpack.`,
        body: `A buildpack is a folder with bin/detect and bin/compile: ${failure.reason}.`,
        next: "Check the name or the path.",
        exitCode: 2,
      };
    case "unknown-buildpack":
      return unknownBuildpack(failure);
    case "buildpack-unreachable":
      return {
        title: `The buildpack ${failure.buildpack} could not be fetched.`,
        body: `The answer was: ${failure.reason}. Nothing has been released.`,
        next: "Check the URL and the network. It is fetched by this machine, with its git and its credentials; a folder or an archive needs no network.",
        exitCode: 4,
      };
    case "buildpack-ref":
      return {
        title: `${failure.url} has no branch, tag or commit ${failure.ref}.`,
        body: "A buildpack's URL may name one behind a #.",
        next: `See which there are: git ls-remote ${failure.url}`,
        exitCode: 4,
      };
    case "unsafe-archive":
      return {
        title: `The buildpack ${failure.buildpack} is refused because of ${failure.path}.`,
        body: `In the archive, ${failure.reason}. Nothing of it was unpacked.`,
        next: "Get the archive from somebody you trust, or make it anew: tar -czf buildpack.tgz -C FOLDER .",
        exitCode: 4,
      };
    case "compile-failed":
      return compileFailed(failure);
    case "build-out-of-memory":
      return {
        title: `The ${failure.language} build ran out of memory.`,
        body: "A build has 2.5 GB, here as on Heroku; the kernel ended a process that wanted more. Nothing has been released.",
        next: "Let the build do less at once: fewer parallel jobs, a smaller heap (NODE_OPTIONS=--max_old_space_size=2048), ready wheels instead of compiling.",
        exitCode: 4,
      };
    case "slug-too-large":
      return {
        title: `The slug takes ${inMebibytes(failure.size)} MB compressed; Heroku allows ${inMebibytes(failure.limit)} MB.`,
        body: [
          "It is the source, everything the build installed, and what the build left lying about.",
          ...(failure.largest.length > 0 ? ["Largest, uncompressed:"] : []),
          ...failure.largest.map(
            ({ name, size, files }) => `  ${humanSize(size)}  ${name} (${counted(files)})`,
          ),
        ].join("\n"),
        next: "Leave large files out with .slugignore, keep data elsewhere, and drop or slim dependencies.",
        exitCode: 4,
      };
    case "build-timeout":
      return {
        title: `The build took more than ${failure.minutes} minutes and was stopped.`,
        body: "Heroku stops it then as well.",
        next: "See in the output what it was at; a smaller set of dependencies, or ones with ready wheels, build faster.",
        exitCode: 4,
      };
    case "build-aborted":
      return {
        title: "The build was stopped.",
        body: "Nothing has been released; what ran before still stands.",
        next: "Start it again: dynosim up",
        exitCode: 4,
      };
    case "no-slug-folder":
      return {
        title: "The build left no folder to make a slug of.",
        body: "Where the app was built, a buildpack has removed the folder or put something else in its place.",
        next: "A buildpack changes what is in the folder that it is given, and leaves the folder itself.",
        exitCode: 4,
      };
    case "source-changed":
      return {
        title: `${failure.path} changed while it was being read.`,
        body: "What would have been built is neither what was there before nor what is there now.",
        next: "Run the command again.",
        exitCode: 4,
      };
    case "slug-file":
      return {
        title: `The slug could not be written to ${failure.file}.`,
        body: `The system said: ${failure.reason}.`,
        next: "Name a file in a folder that exists and has room: dynosim build --slug FILE",
        exitCode: 1,
      };
    default:
      return assertNever(failure);
  }
}

function noBuildpack(failure: Extract<SlugFailure, { kind: "no-buildpack" }>): Explanation {
  const { files, below } = failure;
  const more = files.length > SHOWN ? ` and ${files.length - SHOWN} more` : "";
  return {
    title: "No buildpack fits this app.",
    body:
      files.length === 0
        ? "There is no file in it. Only files that git tracks are sent."
        : `Buildpacks look at the root of the app only. There is: ${files.slice(0, SHOWN).join(", ")}${more}.`,
    next:
      below === undefined
        ? noLanguageAdvice(files)
        : `${below} is in a sub-folder: build that folder instead (dynosim up --dir ${below.replace(/\/[^/]*$/, "")}), or move it to the root.`,
    exitCode: 4,
  };
}

/** The titles are the official client's (and @heroku/buildpack-registry's). */
function unknownBuildpack(failure: Extract<SlugFailure, { kind: "unknown-buildpack" }>): Explanation {
  const { name, meant, known, repository } = failure;
  if (repository !== undefined)
    return {
      title: `${name} does not come with dynosim.`,
      body: `Heroku has it; here there are: ${known.join(", ")}.`,
      next: `Take Heroku's own, with Heroku's images: dynosim up --stack-image build=heroku/heroku:24-build,run=heroku/heroku:24 --buildpack ${repository}`,
      exitCode: 1,
    };
  return {
    title: isName(name)
      ? `${name} is not in the buildpack registry.`
      : `Could not find the buildpack: ${name}. To specify a buildpack, please format it like the following: namespace/name (e.g. heroku/ruby).`,
    body: `Buildpacks that come with dynosim: ${known.join(", ")}.`,
    next:
      meant === undefined
        ? "Any other can be given by its folder, archive (.tgz) or git URL."
        : `Did you mean ${meant}?`,
    exitCode: 1,
  };
}

/** A Procfile alone is no language: Heroku's build fails as well. heroku.md 6.3, buildpack-nodejs.md C */
function noLanguageAdvice(files: readonly string[]): string {
  const advice = "For a Python app, add a requirements.txt to the root.";
  const ofContainers = ["heroku.yml", "Dockerfile"].filter((name) => files.includes(name));
  if (ofContainers.length > 0)
    return `${ofContainers.join(" and ")} counts on the stack container only, which dynosim does not emulate: run the image with Docker itself, or make it an app of buildpacks. ${advice}`;
  if (!files.includes("Procfile")) return advice;
  return `${advice} An app of scripts that need no language runs with a buildpack that compiles nothing: dynosim buildpacks:set heroku/procfile.`;
}

/** The buildpack has said what is wrong, in its own block above. */
function compileFailed(failure: Extract<SlugFailure, { kind: "compile-failed" }>): Explanation {
  const { language, status, identifier, report, trouble } = failure;
  const named = identifier === undefined ? "" : ` (${identifier})`;
  return {
    title: `The ${language} app could not be compiled${named}.`,
    body:
      status === 137
        ? "The buildpack was killed (exit status 137). Nothing has been released."
        : `The buildpack ended with exit status ${status}; the lines above say why. ${troubleOf(trouble)}Nothing has been released.`,
    next: "Mend it, and build it again; Heroku would reject this push as well.",
    build: { language, status, identifier: identifier ?? null, report },
    exitCode: 4,
  };
}

function troubleOf(trouble: SourceTrouble | undefined): string {
  if (trouble === undefined) return "";
  switch (trouble.why) {
    case "refused":
      return `${trouble.host} refused the name and password that the build had for it. `;
    case "stalled":
      return `${trouble.host} stopped answering. `;
    case "empty-handed":
      return `pip found nothing at ${trouble.host}: it says so of what is not there, and also of a place that refuses the name and password or stops answering. `;
    default:
      return assertNever(trouble.why);
  }
}

function counted(files: number): string {
  return files === 1 ? "1 file" : `${files} files`;
}

function inMebibytes(size: number): number {
  return Math.round(size / mebibytes(1));
}
