/** For what only a bug of dynosim's own can break. */
export function invariant(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`dynosim bug: ${what}`);
}
