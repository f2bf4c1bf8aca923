import { createServer, type Socket } from "node:net";

/*
 * Takes uploads to their end, and echoes what comes after an upgrade.
 *   node node-backend.ts PORT
 */
const ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

createServer({ noDelay: true }, (socket) => {
  let head = "";
  let left = 0;
  let echoes = false;
  const take = (bytes: Buffer): void => {
    if (echoes) return echo(socket, bytes);
    if (left > 0) {
      left -= bytes.length;
      if (left === 0) socket.write(ANSWER);
      return;
    }
    head += bytes.toString("latin1");
    const end = head.indexOf("\r\n\r\n");
    if (end === -1) return;
    const rest = head.length - end - 4;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    echoes = /\r\nupgrade: websocket/i.test(head.slice(0, end));
    head = "";
    left = length - rest;
    if (echoes) socket.write(SWITCHING);
    else if (left <= 0) socket.write(ANSWER);
  };
  socket.on("data", take);
  socket.on("drain", () => socket.resume());
  socket.on("error", () => socket.destroy());
}).listen(Number(process.argv[2]), "127.0.0.1", 4096, () => console.log("ready"));

function echo(socket: Socket, bytes: Buffer): void {
  if (!socket.write(bytes)) socket.pause();
}
