import { accessSync, closeSync, constants, openSync, readSync, realpathSync, statSync } from "node:fs";

/** A file that may be run. */
export interface Program {
  readonly path: string;
  /** Where its links lead in the end. */
  readonly target: string;
  /** Changes when the file does. */
  readonly identity: string;
  /** Some interpreter runs it. */
  readonly isScript: boolean;
}

/** Undefined: nothing is there that may be run. */
export function lookAt(path: string): Program | undefined {
  try {
    accessSync(path, constants.X_OK);
    const target = realpathSync(path);
    const facts = statSync(target);
    if (!facts.isFile()) return undefined;
    return { path, target, identity: `${facts.mtimeMs} ${facts.size}`, isScript: beginsAsScript(target) };
  } catch {
    return undefined;
  }
}

function beginsAsScript(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const start = Buffer.alloc(2);
    return readSync(file, start) === 2 && start.toString("latin1") === "#!";
  } finally {
    closeSync(file);
  }
}
