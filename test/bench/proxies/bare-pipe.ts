import { connect, createServer } from "node:net";

/*
 * The ceiling: two sockets and the bytes between them, no HTTP at all.
 *   node bare-pipe.ts PORT BACKEND-PORT
 */
const [listenOn = "0", backend = "0"] = process.argv.slice(2);
createServer({ noDelay: true }, (client) => {
  const dyno = connect({ host: "127.0.0.1", port: Number(backend), noDelay: true });
  for (const [from, to] of [
    [client, dyno],
    [dyno, client],
  ] as const) {
    from.on("data", (bytes: Buffer) => {
      if (!to.write(bytes)) from.pause();
    });
    to.on("drain", () => from.resume());
    from.on("end", () => to.end());
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
  }
}).listen(Number(listenOn), "127.0.0.1", 4096, () => console.log("ready"));
