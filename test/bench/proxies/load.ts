import { connect, type Socket } from "node:net";
import { execa } from "execa";
import { median } from "../samples.ts";

/** Requests a second. `closes`: a connection for each request. */
export async function wrk(
  url: string,
  connections: number,
  seconds: number,
  closes: boolean = false,
): Promise<number> {
  const further = closes ? ["-H", "Connection: close"] : [];
  const { stdout } = await execa("wrk", ["-t1", `-c${connections}`, `-d${seconds}s`, ...further, url]);
  const done = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  if (/Non-2xx|Socket errors: connect [1-9]/.test(stdout)) throw new Error(stdout);
  return done;
}

/** Times of answers in ms at a rate that does not wait for them: the median of the p99 of each 250 ms. */
export async function p99At(
  port: number,
  rate: number,
  connections: number,
  seconds: number,
): Promise<number> {
  const request = "GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n";
  const free: Socket[] = [];
  const sentAt = new Map<Socket, number>();
  const slices: number[][] = [];
  const begun = performance.now();
  for (let index = 0; index < connections; index++) {
    const socket = await connected(port);
    socket.on("data", () => {
      const now = performance.now();
      const slice = Math.floor((now - begun) / 250);
      (slices[slice] ??= []).push(now - (sentAt.get(socket) ?? now));
      free.push(socket);
    });
    free.push(socket);
  }
  const opened = performance.now();
  let sent = 0;
  while (performance.now() - opened < seconds * 1000) {
    const due = Math.floor(((performance.now() - opened) * rate) / 1000);
    for (let socket; sent < due && (socket = free.pop()) !== undefined; sent++) {
      sentAt.set(socket, performance.now());
      socket.write(request);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const socket of sentAt.keys()) socket.destroy();
  return median(
    slices
      .slice(2)
      .filter((times) => times.length >= 100)
      .map(p99),
  );
}

function p99(times: readonly number[]): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}

const PIECE = Buffer.alloc(65_536, ".");

/** Uploads a second of so many bytes, one after the other on each connection. */
export async function uploads(
  port: number,
  size: number,
  connections: number,
  seconds: number,
): Promise<number> {
  const head = `POST /upload HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: ${size}\r\n\r\n`;
  return rounds(port, connections, seconds, (socket) => {
    socket.write(head);
    let left = size;
    const more = (): void => {
      while (left > 0) {
        const piece = left < PIECE.length ? PIECE.subarray(0, left) : PIECE;
        left -= piece.length;
        if (!socket.write(piece)) return void socket.once("drain", more);
      }
    };
    more();
    return (text) => text.includes("\r\n\r\nok");
  });
}

/** Echoes a second of a small frame through an upgraded connection. */
export async function echoes(port: number, connections: number, seconds: number): Promise<number> {
  const upgrade =
    "GET /echo HTTP/1.1\r\nHost: app.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  const upgraded = new WeakSet<Socket>();
  const frame = "\x81\x40" + "x".repeat(64);
  return rounds(port, connections, seconds, (socket) => {
    if (upgraded.has(socket)) {
      socket.write(frame, "latin1");
      return (text) => text.length >= frame.length;
    }
    upgraded.add(socket);
    socket.write(upgrade);
    return (text) => text.endsWith("\r\n\r\n");
  });
}

/** How often a second `ask` was answered in full, over all connections; `ask` gives how a full answer is known. */
async function rounds(
  port: number,
  connections: number,
  seconds: number,
  ask: (socket: Socket) => (text: string) => boolean,
): Promise<number> {
  let done = 0;
  const sockets: Socket[] = [];
  for (let index = 0; index < connections; index++) {
    const socket = await connected(port);
    sockets.push(socket);
    let text = "";
    let isFull: (text: string) => boolean = () => false;
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString("latin1");
      if (!isFull(text)) return;
      done += 1;
      text = "";
      isFull = ask(socket);
    });
    isFull = ask(socket);
  }
  const begun = performance.now();
  done = 0;
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const rate = (done * 1000) / (performance.now() - begun);
  for (const socket of sockets) socket.destroy();
  return rate;
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    socket.once("connect", () => resolve(socket));
    socket.once("error", reject);
  });
}
