/** `LANG:     en_US.UTF-8`: names in order, values in one column. heroku.md 9 */
export function namesAndValues(entries: readonly (readonly [name: string, value: string])[]): string[] {
  const width = Math.max(0, ...entries.map(([name]) => name.length)) + 2;
  return entries.map(([name, value]) => `${`${name}:`.padEnd(width)}${value}`.trimEnd());
}

/** Columns two spaces apart, or `gap`. */
export function columns(rows: readonly (readonly string[])[], gap: number = 2): string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join(" ".repeat(gap))
      .trimEnd(),
  );
}

/** `12.3 MB`, in Heroku's megabytes of 1,048,576 bytes. */
export function megabytes(size: number): string {
  return `${(size / 1_048_576).toFixed(1)} MB`;
}
