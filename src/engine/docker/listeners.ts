import { readFile } from "node:fs/promises";
import { port } from "../../kernel/units.ts";
import type { Listener } from "../launched.ts";

/** State of a socket that listens. */
const LISTEN = "0A";
const ROOT = "0";

/**
 * The dyno's listening sockets in the text of /proc/net/tcp and tcp6.
 * Those of uid 0 are the engine's own name server, which sits in the dyno's network. engine.md 6
 */
export function parseListeners(text: string): readonly Listener[] {
  return text.split("\n").flatMap((line) => {
    const [, local, , state, , , , uid] = line.trim().split(/\s+/);
    const [address, hexPort] = local?.split(":") ?? [];
    if (state !== LISTEN || uid === ROOT || address === undefined || hexPort === undefined) return [];
    const host = address.length === 8 ? ipv4(address) : ipv6(address);
    return [{ host, port: port(parseInt(hexPort, 16)), loopback: isLoopback(host) }];
  });
}

/** On the machine of the engine: no process in the dyno is needed. `net` is /proc/<pid>/net. */
export async function listenersOnHost(net: string): Promise<readonly Listener[]> {
  const texts = await Promise.all(
    ["tcp", "tcp6"].map((table) => readFile(`${net}/${table}`, "utf8").catch(() => "")),
  );
  return parseListeners(texts.join("\n"));
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

function isLoopback(host: string): boolean {
  return host === "::1" || host.startsWith("127.") || host.startsWith("::ffff:127.");
}
