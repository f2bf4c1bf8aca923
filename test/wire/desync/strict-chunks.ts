const CHUNK_SIZE = /^[0-9A-Fa-f]+$/;

/** A chunked body by the letter of RFC 9112 7.1, without extensions; undefined: there is more to come. */
export function readChunksStrictly(
  bytes: string,
  onTrailer: (line: string) => void,
): { content: string; length: number } | undefined {
  let content = "";
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd === -1) return undefined;
    const digits = bytes.slice(at, lineEnd);
    if (!CHUNK_SIZE.test(digits)) refuse(`chunk size ${JSON.stringify(digits)}`);
    const size = Number.parseInt(digits, 16);
    at = lineEnd + 2;
    if (size === 0) break;
    if (bytes.length < at + size + 2) return undefined;
    content += bytes.slice(at, at + size);
    if (bytes.slice(at + size, at + size + 2) !== "\r\n") refuse("no line end after a chunk");
    at += size + 2;
  }
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd === -1) return undefined;
    const line = bytes.slice(at, lineEnd);
    at = lineEnd + 2;
    if (line === "") return { content, length: at };
    onTrailer(line);
  }
}

export function refuse(what: string): never {
  throw new Error(what);
}
