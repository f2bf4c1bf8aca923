import type { Writable } from "node:stream";

/**
 * Writes the buffers in one go and empties the list; false when the socket wants a pause.
 * `out` is called when the last byte has left for the kernel, with the error if it could not.
 */
export function writeAll(
  socket: Writable,
  buffers: Buffer[],
  out: ((error?: Error | null) => void) | undefined,
): boolean {
  const last = buffers.pop() ?? NOTHING;
  if (buffers.length === 0) return last.length > 0 || out !== undefined ? socket.write(last, out) : true;
  socket.cork();
  for (const buffer of buffers) socket.write(buffer);
  const more = socket.write(last, out);
  socket.uncork();
  buffers.length = 0;
  return more;
}

const NOTHING = Buffer.alloc(0);
