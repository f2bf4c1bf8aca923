import { posix } from "node:path";
import { caseCollisions } from "./case-collisions.ts";

const SHOWN = 5;

/** `a, b and 3 more`. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map(printable).join(", ");
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}

/** On one line, whatever is in a name. */
function printable(name: string): string {
  // oxlint-disable-next-line no-control-regex -- a name may hold any character but NUL and slash
  return /[\u0000-\u001f\u007f]/.test(name) ? JSON.stringify(name) : name;
}

export function collisionNotices(paths: readonly string[]): string[] {
  const pairs = caseCollisions(paths).map(([one, other]) => `${one} and ${other}`);
  if (pairs.length === 0) return [];
  return [
    `These differ only in case: ${listed(pairs)}. A dyno's filesystem keeps both apart; many a laptop's shows one only.`,
  ];
}

/** Links that mean something of this machine. `target`: as it stands in the link. */
export function outwardLinkNotices(
  links: readonly { readonly path: string; readonly target: string }[],
): string[] {
  const out = links.filter(({ path, target }) => leadsOut(path, target));
  if (out.length === 0) return [];
  return [
    `These links lead out of the app: ${listed(out.map(({ path, target }) => `${path} -> ${target}`))}. They are kept as they are, as on Heroku, and in a dyno they lead to what stands there, if anything.`,
  ];
}

function leadsOut(path: string, target: string): boolean {
  if (target.startsWith("/")) return !/^\/app(?:\/|$)/.test(target);
  return posix.normalize(posix.join(posix.dirname(path), target)).startsWith("..");
}

/** Of tools, not of the app: `.idea`, `.dynosim`, and Python's compiled files. */
const TOOLS = /(?:^|\/)(?:\.|__pycache__(?:\/|$))/;

/** git keeps files only. */
export function emptyFolderNotices(folders: readonly string[]): string[] {
  const own = folders.filter((folder) => !TOOLS.test(folder));
  if (own.length === 0) return [];
  return [
    `Folders without a file to send do not exist on Heroku: ${listed(own)}. An app that writes there has to make them, or git has to keep a file in them (.gitkeep).`,
  ];
}

export function pointerNotices(paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  return [
    `Git LFS: the pointer is what a build gets, not the file, as on Heroku, which fetches none: ${listed(paths)}. Keep such files in an object store, or in git itself.`,
  ];
}

export function unnameableNotices(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [`Left out, as their names are not UTF-8: ${listed(names)}. Heroku keeps such names; rename them.`];
}

/** Files of the kinds of app that are built by Docker. `wanted`: the stack that app.json names. heroku.md 6.6 */
export function containerNotices(paths: readonly string[], wanted: string | undefined): string[] {
  if (wanted === "container")
    return [
      'app.json asks for the stack "container", which builds a Dockerfile by heroku.yml; dynosim builds by buildpacks, as on heroku-24. Build and run the image with Docker itself, or leave the stack out.',
    ];
  if (paths.includes("heroku.yml"))
    return [
      "heroku.yml counts on the stack container only, which dynosim does not emulate: it is passed over, and the app is built by buildpacks. Process types come from the Procfile.",
    ];
  if (paths.includes("Dockerfile") && !paths.some((path) => LANGUAGE_FILES.has(path)))
    return [
      "A Dockerfile is not looked at, here or by git push to a stack with buildpacks. For a buildpack app add what its language wants (requirements.txt, package.json) and a Procfile; else run the image with Docker itself.",
    ];
  return [];
}

/** What makes a folder more than a Dockerfile: files of the root that say how to build or run it. */
const LANGUAGE_FILES = new Set([
  "Procfile",
  "requirements.txt",
  "Pipfile",
  "poetry.lock",
  "pyproject.toml",
  "uv.lock",
  "setup.py",
  "package.json",
  "Aptfile",
]);
