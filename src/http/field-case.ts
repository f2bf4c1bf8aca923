/** Enough for every well-known name; a client that invents names must not fill the memory. */
const MOST_REMEMBERED = 500;
const remembered = new Map<string, string>();

/** `x-aa-bb` becomes `X-Aa-Bb`: how the router writes names in both directions. router.md 4.1 */
export function titleCase(lowerCaseName: string): string {
  const known = remembered.get(lowerCaseName);
  if (known !== undefined) return known;
  const title = lowerCaseName.replace(
    /(^|-)([a-z])/g,
    (_, dash: string, letter: string) => dash + letter.toUpperCase(),
  );
  if (remembered.size < MOST_REMEMBERED) remembered.set(lowerCaseName, title);
  return title;
}
