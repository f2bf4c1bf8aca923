import fc from "fast-check";

/** Ways to write the size of a chunk. */
const SIZES: readonly ((size: number) => string)[] = [
  (size) => size.toString(16),
  (size) => size.toString(16).toUpperCase().padStart(8, "0"),
  (size) => `0x${size.toString(16)}`,
  (size) => `+${size.toString(16)}`,
  (size) => ` ${size.toString(16)}`,
  (size) => `${size.toString(16)} `,
  (size) => `${size.toString(16)};ext="a\\"b"`,
  (size) => `${size.toString(16)};a\nb`,
  (size) => `${size.toString(16)}\r`,
  (size) => (BigInt(size) + (1n << 32n)).toString(16),
  (size) => (BigInt(size) + (1n << 64n)).toString(16),
  (size) => `-${size.toString(16)}`,
  (size) => `${size.toString(16)}_0`,
  (size) => (size + 2).toString(16),
  (size) => Math.max(size - 1, 0).toString(16),
];

/** Mostly good. */
export const LINE_ENDS: readonly string[] = [
  "\r\n",
  "\r\n",
  "\r\n",
  "\r\n",
  "\r\n",
  "\n",
  "\r",
  "\r\r\n",
  "\n\n",
  "",
];

const TRAILERS = [
  "",
  "",
  "X-T: 1\r\n",
  "Content-Length: 3\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Content_Length: 3\r\n",
  "Host: evil\r\n",
  "X-Forwarded-For: 1.1.1.1\r\n",
  "X : 1\r\n",
  " folded\r\n",
];

/** A chunked body with these contents in its chunks, most often a good one. */
export function chunksOf(contents: readonly string[]): fc.Arbitrary<string> {
  const chunk = fc.tuple(fc.constantFrom(...contents), rarely(SIZES), rarely(LINE_ENDS), rarely(LINE_ENDS));

  return fc
    .tuple(
      fc.array(chunk, { maxLength: 3 }),
      rarely(["0", "00", "0;a", "-0", "0x0", " 0", "", "000000000000000000000"]),
      rarely(LINE_ENDS),
      rarely(TRAILERS),
    )
    .map(
      ([parts, last, end, trailers]) =>
        parts.map(([data, size, one, two]) => size(data.length) + one + data + two).join("") +
        `${last}${end}${trailers}\r\n`,
    );
}

/** A slip of the pen somewhere in the bytes. */
export interface Change {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

export const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(600),
  remove: fc.nat(2),
  insert: fc.constantFrom(
    "",
    "\r",
    "\n",
    "\r\n",
    "\0",
    " ",
    "\t",
    ":",
    "\x0b",
    "0",
    ";",
    ",",
    "_",
    "\xff",
    "\x85",
  ),
});

export function changed(text: string, changes: readonly Change[]): string {
  let bytes = text;
  for (const { at, remove, insert } of changes)
    bytes = bytes.slice(0, at % bytes.length) + insert + bytes.slice((at % bytes.length) + remove);
  return bytes;
}

/** The first of them most of the time, so that most of a stream is good and the fault is reached. */
export function rarely<T>(values: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.constant(values[0] as T) },
    { weight: 1, arbitrary: fc.constantFrom(...values) },
  );
}
