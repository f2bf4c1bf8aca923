import { columns } from "./aligned.ts";

/** Columns under their headings and a line, as Heroku's client of 2026 draws them. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const [head = "", ...body] = columns([headings, ...rows], 3).map((line) => ` ${line}`);
  const width = Math.max(...[head, ...body].map((line) => line.length));
  return [head, "─".repeat(width + 1), ...body];
}
