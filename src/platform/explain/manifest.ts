import { CHECKOUT_LIMIT } from "../../heroku/limits.ts";
import { assertNever } from "../../kernel/assert-never.ts";
import { mebibytes } from "../../kernel/units.ts";
import type { ManifestFailure } from "../../manifest/failure.ts";
import type { Explanation } from "../failure.ts";

export function explainManifest(failure: ManifestFailure): Explanation {
  switch (failure.kind) {
    case "folder-missing":
      return {
        title: `There is no folder ${failure.folder}.`,
        body: "An app is read from a folder.",
        next: "Go to the app's folder, or name it: dynosim up --dir FOLDER",
        exitCode: 2,
      };
    case "git-refused":
      return {
        title: `git would not read ${failure.folder}.`,
        body: `It said: ${failure.reason}`,
        next: "Mend that, or build the folder as it lies there, without git: dynosim up --working-tree",
        exitCode: 1,
      };
    case "git-wanted":
      return {
        title: `Cannot build ${failure.ref}: ${failure.lacks === "git" ? "git is not installed" : "the folder is in no git repository"}.`,
        body: "A commit can only be read out of a git repository.",
        next: "Build the folder as it lies there: dynosim up",
        exitCode: 1,
      };
    case "unknown-ref":
      return {
        title: `Found no commit ${failure.ref} that has this folder.`,
        body: `Looked in the git repository of ${failure.folder}.`,
        next: "See what there is: git log --oneline --all",
        exitCode: 2,
      };
    case "unreadable":
      return {
        title: `${failure.path} cannot be read.`,
        body: `The system said: ${failure.reason}. What cannot be read cannot be pushed either.`,
        next: "Make it readable for you, or leave it out of the app (.gitignore).",
        exitCode: 1,
      };
    case "submodule-refused":
      return explainSubmodule(failure);
    case "checkout-too-large":
      return {
        title: `The source is larger than ${wholeMegabytes(CHECKOUT_LIMIT)}, the most that Heroku checks out.`,
        body: `Counted are the files of the commit and of its submodules, unpacked. The largest met: ${failure.largest.map(({ path, size }) => `${path} (${wholeMegabytes(size)})`).join(", ")}.`,
        next: "Keep large files out of git (.gitignore, git rm --cached), in an object store for example.",
        exitCode: 1,
      };
    case "bad-json":
      return {
        title: `${failure.file} is not JSON: line ${failure.line}, column ${failure.column}.`,
        body: `${failure.reason}.`,
        next: "Mend that place; a comma too many or too few is the usual cause.",
        exitCode: 1,
      };
    case "bad-app-json":
      return {
        title: `app.json: ${failure.path} should be ${failure.expected}.`,
        body: `It is ${failure.found}.`,
        next: "Mend it in app.json.",
        exitCode: 1,
      };
    case "bad-env-file":
      return {
        title: `${failure.file}, line ${failure.line}: ${ENV_FILE_MISTAKES[failure.reason]}.`,
        body: "A line reads NAME=VALUE; values with blanks at their ends or with # stand in quotes.",
        next: "Mend that line.",
        exitCode: 2,
      };
    default:
      return assertNever(failure);
  }
}

function explainSubmodule({
  path,
  url,
  barrier,
}: Extract<ManifestFailure, { kind: "submodule-refused" }>): Explanation {
  if (url === undefined)
    return {
      title: `The submodule ${path} has no entry in .gitmodules.`,
      body: "git records a commit there, and nothing says where to fetch it from; Heroku rejects such a push.",
      next: `Add it (git submodule add URL ${path}), or take it out: git rm --cached ${path}`,
      exitCode: 1,
    };
  const title = `The submodule ${path} cannot be fetched from ${url}.`;
  switch (barrier) {
    case "ssh":
      return {
        title,
        body: "Heroku has no SSH key of yours, so it rejects such a push whatever is checked out here.",
        next: `Give it an https:// URL in .gitmodules (with a token in it when it is private), then: git submodule sync. To build with what lies in the folder: dynosim up --working-tree`,
        exitCode: 1,
      };
    case "local":
      return {
        title,
        body: "That place is on this machine, or is given relative to this repository; Heroku sees neither, and rejects such a push.",
        next: "Give it an https:// URL in .gitmodules, then: git submodule sync. To build with what lies in the folder: dynosim up --working-tree",
        exitCode: 1,
      };
    case undefined:
      return {
        title,
        body: "No clone here has the recorded commit, and fetching it without credentials, as Heroku does, failed; what git said stands above.",
        next: `Try it: git ls-remote ${url}. Or fetch it with your own credentials first: git submodule update --init --recursive ${path}`,
        exitCode: 1,
      };
    default:
      return assertNever(barrier);
  }
}

function wholeMegabytes(size: number): string {
  return `${Math.round(size / mebibytes(1))} MB`;
}

const ENV_FILE_MISTAKES: Readonly<
  Record<Extract<ManifestFailure, { kind: "bad-env-file" }>["reason"], string>
> = {
  "no-equals-sign": "there is no = in it",
  "bad-name": "a name has letters, digits and underscores, and does not begin with a digit",
  "open-quote": "the quote is not closed",
  "text-after-quote": "something follows the closing quote",
};
