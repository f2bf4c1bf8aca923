/** Needs a second look before it may stand between quotes in a line of the log. */
const ODD = /[^ !#-[\]-~]+/g;
/** The same, and escapes. */
const ODD_OR_CODED = /(?:%[0-9a-f]{2}|[^ !#$&-[\]-~])+/gi;

const BYTE = /[^]/g;
/** A byte, or the escape of one. */
const UNIT = /%[0-9a-f]{2}|[^]/gi;
/** Bytes as Latin-1 text: one character of well-formed UTF-8 (RFC 3629), or a byte that is none. */
const CHARACTER =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[^]/g;
/** Would end the line or the quotes, or would make a reader see another order of signs than is there. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"\\]/u;

/**
 * What a client wrote (bytes as Latin-1 text), fit to stand between quotes: whatever could end the line or the quotes is
 * percent-encoded, so that a request cannot forge a field or a line. With `decode`, escapes become the characters they stand
 * for; those that stand for no text, or for something unsafe, stay as they were written.
 */
export function quotable(written: string, decode: boolean): string {
  return written.replace(decode ? ODD_OR_CODED : ODD, (run) => readable(run, decode));
}

function readable(run: string, decode: boolean): string {
  const units = run.match(decode ? UNIT : BYTE) ?? [];
  const bytes = Buffer.from(units.map(byteOf));
  let text = "";
  let at = 0;
  for (const [character] of bytes.toString("latin1").matchAll(CHARACTER)) {
    const parts = units.slice(at, at + character.length);
    const isText = character.length > 1 || character < "\x80";
    const shown = isText ? bytes.toString("utf8", at, at + character.length) : "";
    text += isText && !UNSAFE.test(shown) ? shown : parts.map(escaped).join("");
    at += character.length;
  }
  return text;
}

function byteOf(unit: string): number {
  return unit.length === 3 ? Number.parseInt(unit.slice(1), 16) : unit.charCodeAt(0) & 0xff;
}

function escaped(unit: string): string {
  return unit.length === 3 ? unit : `%${byteOf(unit).toString(16).toUpperCase().padStart(2, "0")}`;
}
