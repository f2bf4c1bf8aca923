import { port } from "../../kernel/units.ts";
import type { Listener } from "../launched.ts";

/** State of a socket that listens. */
const LISTEN = "0A";

/** A line of /proc/net/tcp or tcp6. */
export interface Socket {
  readonly inode: string;
  readonly uid: string;
  /** Undefined for a connection. */
  readonly listener: Listener | undefined;
}

/** The text of /proc/net/tcp, tcp6 or both, one behind the other. */
export function parseSockets(text: string): readonly Socket[] {
  return text.split("\n").flatMap((line) => {
    const [, local, , state, , , , uid, , inode] = line.trim().split(/\s+/);
    const [address, hexPort] = local?.split(":") ?? [];
    if (address === undefined || hexPort === undefined || uid === undefined || inode === undefined) return [];
    return [{ inode, uid, listener: state === LISTEN ? listenerAt(address, hexPort) : undefined }];
  });
}

/** Bound to 127.0.0.1 or ::1 only. */
export function isLoopback(host: string): boolean {
  return host === "::1" || host.startsWith("127.") || host.startsWith("::ffff:127.");
}

function listenerAt(address: string, hexPort: string): Listener {
  const host = address.length === 8 ? ipv4(address) : ipv6(address);
  return { host, port: port(parseInt(hexPort, 16)), loopback: isLoopback(host) };
}

/** Bytes in pairs of hex digits, the host's order: little-endian within each 32 bits. */
function ipv4(hex: string): string {
  return reversed(hex)
    .map((byte) => parseInt(byte, 16))
    .join(".");
}

function ipv6(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap(reversed);
  const text = bytes.join("");
  if (/^0{32}$/.test(text)) return "::";
  if (/^0{31}1$/.test(text)) return "::1";
  const mapped = /^0{20}ffff(.{8})$/i.exec(text)?.[1];
  if (mapped !== undefined)
    return `::ffff:${(mapped.match(/../g) ?? []).map((b) => parseInt(b, 16)).join(".")}`;
  return (text.toLowerCase().match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, "")).join(":");
}

function reversed(word: string): string[] {
  return (word.match(/../g) ?? []).toReversed();
}
