/** Foreground colours: cyan, yellow, green, magenta, blue, and their bright ones. */
const COLOURS = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94] as const;
const LINE = /^(.*?\[([\w-]+)(?:[\d.]+)?\]:)(.*)$/s;

/** A log line with its head in the colour of its source: one process type, one colour. heroku.md 9 */
export function coloured(line: string): string {
  const match = LINE.exec(line);
  if (match === null) return line;
  const [, head = "", name = "", text = ""] = match;
  return `\u001B[${colourOf(name)}m${head}\u001B[39m${text}`;
}

function colourOf(name: string): number {
  const sum = Array.from(name).reduce((hash, letter) => (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 7);
  return COLOURS[sum % COLOURS.length] ?? COLOURS[0];
}
