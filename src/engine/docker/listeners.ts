import { readFile } from "node:fs/promises";
import type { Listener } from "../launched.ts";
import { parseSockets } from "../proc/listening.ts";

const ROOT = "0";

/**
 * The dyno's listening sockets in the text of /proc/net/tcp and tcp6.
 * Those of uid 0 are the engine's own name server, which sits in the dyno's network. engine.md 6
 */
export function parseListeners(text: string): readonly Listener[] {
  return parseSockets(text).flatMap(({ uid, listener }) =>
    listener === undefined || uid === ROOT ? [] : [listener],
  );
}

/** On the machine of the engine: no process in the dyno is needed. `net` is /proc/<pid>/net. */
export async function listenersOnHost(net: string): Promise<readonly Listener[]> {
  const texts = await Promise.all(
    ["tcp", "tcp6"].map((table) => readFile(`${net}/${table}`, "utf8").catch(() => "")),
  );
  return parseListeners(texts.join("\n"));
}
