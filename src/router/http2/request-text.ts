import { FIELD_TEXT, isToken } from "../../http/characters.ts";

/** Of one connection only: HTTP/2 has none of them, and whoever sends one means mischief. RFC 9113 8.2.2 */
const CONNECTION_SPECIFIC: ReadonlySet<string> = new Set([
  "connection",
  "proxy-connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
]);

type Pseudo = ":method" | ":scheme" | ":authority" | ":path";
const PSEUDO: ReadonlySet<string> = new Set<Pseudo>([":method", ":scheme", ":authority", ":path"]);

/**
 * A request of HTTP/2 as the head of one of HTTP/1.1, in Latin-1; undefined when it is malformed (RFC 9113 8.1.1). `raw`:
 * names and values in turns. Nothing is escaped: what could end a line, or be read as framing, is refused.
 * It is the only request of its connection, and says so. Without a length the body goes in chunks.
 */
export function requestText(raw: readonly string[], endsHere: boolean): string | undefined {
  const pseudo: Partial<Record<Pseudo, string>> = {};
  const cookies: string[] = [];
  let host: string | undefined;
  let lines = "";
  let hasLength = false;
  let isPast = false;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index]!;
    const value = raw[index + 1]!;
    if (!isFieldText(value)) return undefined;
    if (name.startsWith(":")) {
      if (isPast || !PSEUDO.has(name) || pseudo[name as Pseudo] !== undefined) return undefined;
      pseudo[name as Pseudo] = value;
      continue;
    }
    isPast = true;
    if (!isFieldName(name) || !isAllowed(name, value)) return undefined;
    if (name === "cookie") cookies.push(value);
    else if (name === "host") {
      if (host !== undefined) return undefined;
      host = value;
    } else {
      hasLength ||= name === "content-length";
      lines += `${name}: ${value}\r\n`;
    }
  }
  const start = startLine(pseudo);
  if (start === undefined) return undefined;
  const { ":authority": authority } = pseudo;
  if (authority !== undefined && host !== undefined && authority.toLowerCase() !== host.toLowerCase())
    return undefined;
  const named = authority ?? host;
  let text = start;
  if (named !== undefined) text += `host: ${named}\r\n`;
  text += lines;
  // sent in pieces to be compressed better; HTTP/1.1 knows one such field. RFC 9113 8.2.3
  if (cookies.length > 0) text += `cookie: ${cookies.join("; ")}\r\n`;
  if (!endsHere && !hasLength) text += "transfer-encoding: chunked\r\n";
  return `${text}connection: close\r\n\r\n`;
}

/** The trailer section of a chunked body, its empty line included. */
export function trailerText(raw: readonly string[]): string | undefined {
  let text = "";
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index]!;
    const value = raw[index + 1]!;
    if (!isFieldName(name) || !isFieldText(value) || CONNECTION_SPECIFIC.has(name)) return undefined;
    text += `${name}: ${value}\r\n`;
  }
  return `${text}\r\n`;
}

/** RFC 9113 8.3.1, 8.5. Everything here came over TLS. */
function startLine({
  ":method": method,
  ":scheme": scheme,
  ":path": path,
  ":authority": authority,
}: Partial<Record<Pseudo, string>>): string | undefined {
  if (method === undefined || !isToken(method)) return undefined;
  if (method === "CONNECT") {
    const isTunnel = scheme === undefined && path === undefined && authority !== undefined;
    return isTunnel && isTarget(authority) ? `CONNECT ${authority} HTTP/1.1\r\n` : undefined;
  }
  if (scheme?.toLowerCase() !== "https" || path === undefined || !isTarget(path)) return undefined;
  return path.startsWith("/") || (path === "*" && method === "OPTIONS")
    ? `${method} ${path} HTTP/1.1\r\n`
    : undefined;
}

function isAllowed(name: string, value: string): boolean {
  return !CONNECTION_SPECIFIC.has(name) && (name !== "te" || value.toLowerCase() === "trailers");
}

function isFieldName(name: string): boolean {
  return isToken(name) && name === name.toLowerCase();
}

function isTarget(text: string): boolean {
  return /^[!-~\x80-\xff]+$/.test(text);
}

function isFieldText(value: string): boolean {
  for (let index = 0; index < value.length; index++)
    if (FIELD_TEXT[value.charCodeAt(index)] !== 1) return false;
  return true;
}
