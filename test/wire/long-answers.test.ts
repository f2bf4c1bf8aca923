import { createHash } from "node:crypto";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { port } from "../../src/kernel/units.ts";
import { get, portOf, Rig } from "./rig.ts";

const LENGTH = 12_000_000;

it("long answers to readers of every speed arrive byte for byte, though their buffers are used again (router.md L22)", async () => {
  const dyno = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => {
      const name = /GET \/(\w+) /.exec(bytes.toString("latin1"))?.[1] ?? "";
      const chunked = name.startsWith("c");
      socket.write(
        `HTTP/1.1 200 OK\r\n${chunked ? "Transfer-Encoding: chunked" : `Content-Length: ${LENGTH}`}\r\n\r\n`,
      );
      const body = bodyOf(name);
      if (!chunked) return void socket.write(body);
      for (let at = 0; at < LENGTH; at += 33_333) {
        const piece = body.subarray(at, at + 33_333);
        socket.write(`${piece.length.toString(16)}\r\n`);
        socket.write(piece);
        socket.write("\r\n");
      }
      socket.write("0\r\n\r\n");
    });
  });
  await new Promise<void>((resolve) => dyno.listen(0, "127.0.0.1", resolve));
  await using rig = await Rig.open({
    checkout: (_tried, _gone, lease) => ({ kind: "leased", lease: { ...lease, port: port(portOf(dyno)) } }),
  });
  const names = ["a", "b", "c1", "c2", "d", "e"];
  const got = await Promise.all(names.map((name, index) => read(rig.port, name, index)));
  expect(got).toEqual(names.map((name) => digest(bodyOf(name))));
  dyno.close();
});

/** Two answers on one connection; the slower ones stop after each piece. */
async function read(router: number, name: string, slowness: number): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port: router });
  const first = await answer(socket, name, slowness);
  const second = await answer(socket, name, 0);
  socket.destroy();
  return first === second ? first : `${first} and then ${second}`;
}

async function answer(socket: Socket, name: string, slowness: number): Promise<string> {
  socket.write(get(`/${name}`));
  const pieces: Buffer[] = [];
  let length = 0;
  const chunked = name.startsWith("c");
  for (;;) {
    const piece = socket.read() as Buffer | null;
    if (piece === null) {
      await new Promise((resolve) => socket.once("readable", resolve));
      continue;
    }
    pieces.push(piece);
    length += piece.length;
    if (slowness > 0 && pieces.length % (8 - slowness) === 0) await pause(1);
    if (chunked ? piece.subarray(-7).toString("latin1") === "\r\n0\r\n\r\n" : length > LENGTH) {
      const all = Buffer.concat(pieces);
      const body = all.subarray(all.indexOf("\r\n\r\n") + 4);
      if (chunked) return digest(unchunked(body));
      if (body.length === LENGTH) return digest(body);
    }
  }
}

function unchunked(bytes: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.toString("latin1", at, end), 16);
    if (size === 0) return Buffer.concat(pieces);
    pieces.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}

/** Each answer has bytes of its own. */
function bodyOf(name: string): Buffer {
  const body = Buffer.alloc(LENGTH);
  for (let at = 0; at < LENGTH; at += 4)
    body.writeUInt32LE((at * 2_654_435_761 + name.charCodeAt(name.length - 1)) >>> 0, at);
  return body;
}

function digest(bytes: Buffer): string {
  return createHash("sha1").update(bytes).digest("hex");
}
