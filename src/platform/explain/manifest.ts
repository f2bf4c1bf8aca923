import { assertNever } from "../../kernel/assert-never.ts";
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

const ENV_FILE_MISTAKES: Readonly<
  Record<Extract<ManifestFailure, { kind: "bad-env-file" }>["reason"], string>
> = {
  "no-equals-sign": "there is no = in it",
  "bad-name": "a name has letters, digits and underscores, and does not begin with a digit",
  "open-quote": "the quote is not closed",
  "text-after-quote": "something follows the closing quote",
};
