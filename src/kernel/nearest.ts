/** The word most like `text`, when one is like it at all. */
export function nearest(text: string, words: readonly string[]): string | undefined {
  return allNearest(text, words)[0];
}

/** The words most like `text`: those that hold it (`1x`: `standard-1x`), else those that the fewest letters part from it. */
export function allNearest(text: string, words: readonly string[]): readonly string[] {
  const wanted = text.toLowerCase();
  const holding = wanted.length < 2 ? [] : words.filter((word) => word.includes(wanted));
  if (holding.length > 0) return holding;
  const ranked = words.map((word) => ({ word, distance: distance(wanted, word) }));
  const least = Math.min(...ranked.map((one) => one.distance));
  return ranked
    .filter((one) => one.distance === least && least <= Math.max(1, Math.ceil(longest(wanted, one.word) / 2)))
    .map((one) => one.word);
}

function longest(a: string, b: string): number {
  return Math.max(a.length, b.length);
}

/** Letters added, removed, changed, or swapped with a neighbour. */
function distance(a: string, b: string): number {
  const rows: number[][] = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  const at = (i: number, j: number): number => rows[i]?.[j] ?? i + j;
  for (let i = 0; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const row = rows[i];
      if (row === undefined) continue;
      if (i === 0) {
        row[j] = j;
        continue;
      }
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (same ? 0 : 1),
        swapped ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
  }
  return at(a.length, b.length);
}
