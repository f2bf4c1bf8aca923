import { once } from "node:events";
import type { Duplex } from "node:stream";
import type { Conversation } from "../platform/platform.ts";
import { fields } from "./decode.ts";
import { ATTACH_PROTOCOL, FRAME, frame, FrameReader } from "./frames.ts";

/** Joins a process and its client until one of them ends. The client going away is a hang-up. heroku.md 8 */
export async function attach(process: Conversation, socket: Duplex, head: Uint8Array): Promise<void> {
  let over = false;
  const leave = (): void => {
    if (!over) process.hangUp();
    over = true;
  };
  socket.on("error", () => socket.destroy());
  // HTTP sockets stay half open; the end of input has a frame of its own, so this is the client leaving
  socket.on("end", () => socket.destroy());
  socket.on("close", leave);
  void process.fellSilent.then(() => {
    if (!socket.destroyed) socket.end(frame(FRAME.silence), () => socket.destroy());
    leave(); // not when the socket closes: a client that has gone without a word may not answer
  });
  process.attached();
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${ATTACH_PROTOCOL}\r\n\r\n`,
  );
  const reader = new FrameReader((type, payload) => take(process, type, payload));
  const read = (chunk: Uint8Array): void => {
    if (!reader.push(chunk)) socket.destroy();
  };
  read(head);
  socket.on("data", read);

  for await (const chunk of process.output) {
    if (!socket.writable) continue; // it is read on, so that the dyno does not stand still on a full pipe
    const type = chunk.stream === "stdout" ? FRAME.stdout : FRAME.stderr;
    if (!socket.write(frame(type, chunk.bytes))) await drained(socket);
  }
  const status = await process.exit;
  over = true;
  if (socket.writable) socket.end(frame(FRAME.exit, JSON.stringify({ status })));
}

function take(process: Conversation, type: number, payload: Buffer): void {
  if (type === FRAME.stdin) process.write(payload);
  if (type === FRAME.endOfInput) process.endInput();
  if (type === FRAME.resize) {
    const size = sizeIn(payload);
    if (size !== undefined) process.resize(size.columns, size.rows);
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
