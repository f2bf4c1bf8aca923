/** An entry of `.gitmodules`. */
export interface Submodule {
  readonly name: string;
  readonly path: string;
  readonly url: string;
  /** `update = none`: git itself passes over it. */
  readonly skipped: boolean;
}

/** `submodule.NAME.KEY LF VALUE` entries that end in NUL, as `git config --list -z` writes them. By path. */
export function submodulesIn(listed: string): ReadonlyMap<string, Submodule> {
  const found = new Map<string, Record<string, string>>();
  for (const entry of listed.split("\0")) {
    const match = /^submodule\.(.+)\.([^.\n]+)\n(.*)$/s.exec(entry);
    if (!match) continue;
    const [, name = "", key = "", value = ""] = match;
    found.set(name, { ...found.get(name), [key]: value });
  }
  const modules = [...found].flatMap(([name, { path, url, update }]) =>
    path === undefined || url === undefined ? [] : [{ name, path, url, skipped: update === "none" }],
  );
  return new Map(modules.map((module) => [module.path, module]));
}

/** What stands between Heroku's git server and a URL: it has no key of anybody's, and no disk but its own. */
export type Barrier = "ssh" | "local";

/** Undefined where the server can at least try. Relative URLs lead beside the app's own repository there. */
export function barrierTo(url: string): Barrier | undefined {
  if (/^(?:https?|git):\/\//i.test(url)) return undefined;
  if (/^(?:ssh|git\+ssh|ssh\+git):\/\//i.test(url)) return "ssh";
  if (/^file:\/\//i.test(url) || /^\.{0,2}\//.test(url) || /^[a-z]:[\\/]/i.test(url)) return "local";
  // host:path, as ssh and git take it
  return /^[^/]+:/.test(url) ? "ssh" : "local";
}

/** What git says there. Heroku's push logs of 2015 to 2022 have these lines. */
export function refusalLines(barrier: Barrier, url: string, path: string): string[] {
  const reason =
    barrier === "ssh"
      ? [
          "Host key verification failed.",
          "fatal: Could not read from remote repository.",
          "",
          "Please make sure you have the correct access rights",
          "and the repository exists.",
        ]
      : [`fatal: repository '${url}' does not exist`];
  return [...reason, `fatal: clone of '${url}' into submodule path '${path}' failed`];
}
