import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../environment.ts";

/** Where this machine may have Pythons, the most wanted first: folders with programs. Some may not be there. */
export function pythonFolders(environment: Environment, root = "/"): readonly string[] {
  const home = environment["HOME"] || homedir();
  const data = environment["XDG_DATA_HOME"] || join(home, ".local/share");
  const at = (path: string): string => join(root, path);
  const folders = [
    ...(environment["PATH"] ?? "").split(":").filter((folder) => folder.startsWith("/")),
    ...versions(join(environment["PYENV_ROOT"] || join(home, ".pyenv"), "versions")),
    ...versions(environment["UV_PYTHON_INSTALL_DIR"] || join(data, "uv/python")),
    ...versions(join(environment["MISE_DATA_DIR"] || join(data, "mise"), "installs/python")),
    ...versions(join(environment["ASDF_DATA_DIR"] || join(home, ".asdf"), "installs/python")),
    ...["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/home/linuxbrew/.linuxbrew/bin"].map(at),
    // Homebrew's that are not linked into the folder for all
    ...["/opt/homebrew/opt", "/usr/local/opt"].flatMap((folder) => versions(at(folder), /^python@3/)),
    ...versions(at("/opt"), /^python/),
    ...versions(at("/opt/python")),
    ...versions(at("/Library/Frameworks/Python.framework/Versions")),
  ];
  return [...new Set(folders)];
}

/** `bin` of every folder in there, the newest version first. */
function versions(folder: string, wanted = /./): readonly string[] {
  const numeric = new Intl.Collator("en", { numeric: true });
  return namesIn(folder)
    .filter((name) => wanted.test(name))
    .toSorted((one, other) => numeric.compare(other, one))
    .map((name) => join(folder, name, "bin"));
}

/** None where it is not there, or not for this user. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
