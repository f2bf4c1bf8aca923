import { once } from "node:events";
import type { Duplex } from "node:stream";
import type { OneOff } from "../platform/platform.ts";
import { fields } from "./decode.ts";
import { ATTACH_PROTOCOL, FRAME, frame, FrameReader } from "./frames.ts";

/** Joins a one-off dyno and its client until one of them ends. The client going away is a hang-up. heroku.md 8 */
export async function attach(oneOff: OneOff, socket: Duplex, head: Uint8Array): Promise<void> {
  let finished = false;
  socket.on("error", () => socket.destroy());
  // HTTP sockets stay half open; the end of input has a frame of its own, so this is the client leaving
  socket.on("end", () => socket.destroy());
  socket.on("close", () => {
    if (!finished) oneOff.hangUp();
  });
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${ATTACH_PROTOCOL}\r\n\r\n`,
  );
  const reader = new FrameReader((type, payload) => take(oneOff, type, payload));
  const read = (chunk: Uint8Array): void => {
    if (!reader.push(chunk)) socket.destroy();
  };
  read(head);
  socket.on("data", read);

  for await (const chunk of oneOff.output) {
    if (socket.destroyed) continue; // it is read on, so that the dyno does not stand still on a full pipe
    const type = chunk.stream === "stdout" ? FRAME.stdout : FRAME.stderr;
    if (!socket.write(frame(type, chunk.bytes))) await drained(socket);
  }
  const status = await oneOff.exit;
  finished = true;
  if (!socket.destroyed) socket.end(frame(FRAME.exit, JSON.stringify({ status })));
}

function take(oneOff: OneOff, type: number, payload: Buffer): void {
  if (type === FRAME.stdin) oneOff.write(payload);
  if (type === FRAME.endOfInput) oneOff.endInput();
  if (type === FRAME.resize) {
    const size = sizeIn(payload);
    if (size !== undefined) oneOff.resize(size.columns, size.rows);
  }
}

function sizeIn(payload: Buffer): { readonly columns: number; readonly rows: number } | undefined {
  try {
    const { cols, rows } = fields(JSON.parse(payload.toString("utf8")));
    return isCount(cols) && isCount(rows) ? { columns: cols, rows } : undefined;
  } catch {
    return undefined;
  }
}

async function drained(socket: Duplex): Promise<void> {
  const ended = new AbortController();
  const onClose = (): void => ended.abort();
  socket.once("close", onClose);
  await once(socket, "drain", { signal: ended.signal }).catch(() => {});
  socket.off("close", onClose);
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0;
}
