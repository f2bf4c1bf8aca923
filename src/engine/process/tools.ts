import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { fail, ok, type Result } from "../../kernel/result.ts";

/** Where administrators' programs are, which the PATH of an ordinary user may leave out. */
const EVERYWHERE = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin"];

export type Tools<Name extends string> = Readonly<Record<Name, string>>;

/**
 * These programs of this machine, by whole paths: what is shut in has a PATH of its own, in which another may come first. Fails
 * with the names of those that are missing.
 */
export function findTools<Name extends string>(
  names: readonly Name[],
  path: string = process.env["PATH"] ?? "",
): Result<Tools<Name>, readonly Name[]> {
  const folders = [...EVERYWHERE, ...path.split(delimiter).filter(isAbsolute)];
  const found = names.map(
    (name) => [name, folders.map((folder) => join(folder, name)).find(isProgram)] as const,
  );
  const missing = found.flatMap(([name, at]) => (at === undefined ? [name] : []));
  return missing.length === 0 ? ok(Object.fromEntries(found) as Tools<Name>) : fail(missing);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
