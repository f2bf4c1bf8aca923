const TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** One entry for each byte: 1 when it may stand in a token (method, field name). RFC 9110 5.6.2 */
export const TOKEN: Readonly<Uint8Array> = new Uint8Array(256);
/** 1 when a request's field value may hold it: HTAB, visible ASCII, space, and anything above 0x7f. RFC 9110 5.5 */
export const FIELD_TEXT: Readonly<Uint8Array> = new Uint8Array(256);

for (const character of TOKEN_CHARACTERS) (TOKEN as Uint8Array)[character.charCodeAt(0)] = 1;
for (let byte = 0; byte < 256; byte++)
  (FIELD_TEXT as Uint8Array)[byte] = byte === 0x09 || (byte >= 0x20 && byte !== 0x7f) ? 1 : 0;

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;

export function isToken(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (TOKEN[text.charCodeAt(index)] !== 1) return false;
  return text.length > 0;
}
