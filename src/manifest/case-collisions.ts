/** Files and folders whose paths differ only in case, in pairs; a folder counts once, with nothing of what is in it. */
export function caseCollisions(paths: readonly string[]): readonly (readonly [string, string])[] {
  const seen = new Map<string, string>();
  const pairs = new Map<string, readonly [string, string]>();
  for (const path of paths) {
    for (let end = path.indexOf("/"); ; end = path.indexOf("/", end + 1)) {
      const part = end === -1 ? path : path.slice(0, end);
      const key = part.toLowerCase();
      const other = seen.get(key);
      if (other === undefined) seen.set(key, part);
      else if (other !== part && !pairs.has(key)) pairs.set(key, [other, part]);
      if (end === -1 || (other !== undefined && other !== part)) break;
    }
  }
  return [...pairs.values()];
}

/** The path that is there under another case, undefined when there is none or the very one. */
export function inOtherCase(path: string, paths: readonly string[]): string | undefined {
  if (paths.includes(path)) return undefined;
  const key = path.toLowerCase();
  return paths.find((other) => other.toLowerCase() === key);
}
