/**
 * `/app` as a path of its own: not the end of another path (`src/app`, `$HOME/app`), not the begin of another name (`/apps`).
 * A file URL has it after its slashes.
 */
const APP_PATH = /(?:(?<=\bfile:\/\/)|(?<![\w.\-~/@%*?)}\]]))\/app(?![\w.\-~@%*])/g;

/** All texts are Latin-1, byte for byte. */
export function replaceAppPath(text: string, path: string): string {
  return text.replace(APP_PATH, () => path);
}

/** Where the target of a link that leads into the app leads to then; undefined for all others. */
export function movedTarget(target: string, from: string, to: string): string | undefined {
  return target === from || target.startsWith(`${from}/`) ? `${to}${target.slice(from.length)}` : undefined;
}

/** Which program runs the script: only the first line, or the one that stands in for a line too long for the kernel. */
export function replaceInterpreter(text: string, path: string): string {
  const head = STAND_IN.exec(text)?.[0] ?? FIRST_LINE.exec(text)?.[0];
  if (head === undefined) return text;
  return shortened(replaceAppPath(head, path)) + text.slice(head.length);
}

const FIRST_LINE = /^#![^\n]*\n?/;
/** As pip and setuptools write it: for the shell a command, for Python a string. */
const STAND_IN = /^#!\/bin\/sh\n'''exec' [^\n]*\n' '''\n?/;
/** Characters of such a line, that every Linux reads whole; macOS takes more. execve(2) */
const LONGEST = process.platform === "darwin" ? 512 : 127;
const PYTHON = /^#!\s*(\S*\/(?:python|pypy)[\w.]*)[ \t]*([^\n]*)\n?$/;
const NODE = /^#!\s*(\S*\/node)[ \t]*([^\n]*)\n?$/;

/** A line that the kernel would cut off is said to the shell instead, in words that the language itself passes over. */
function shortened(head: string): string {
  if (head.length - 1 <= LONGEST || STAND_IN.test(head)) return head;
  const [, python, itsOptions] = PYTHON.exec(head) ?? [];
  if (python !== undefined) return `#!/bin/sh\n'''exec' ${words(python, itsOptions)} "$0" "$@"\n' '''\n`;
  const [, node, options] = NODE.exec(head) ?? [];
  // whoever else has so long a path has to live with it: no form would serve every language
  return node === undefined ? head : `#!/bin/sh\n":" //; exec ${words(node, options)} "$0" "$@"\n`;
}

function words(program: string, options: string | undefined): string {
  return options ? `${program} ${options}` : program;
}
