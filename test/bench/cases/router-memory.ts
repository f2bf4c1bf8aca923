import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Case } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { answers, LoneRouter } from "../proxies/lone-router.ts";

const IDLE = 10_000;
const AT_A_TIME = 100;
const GIGABYTE = 1_073_741_824;
const PIECE = Buffer.alloc(65_536, ".");
const REQUEST = "GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n";

/** What 10,000 connections that are kept and say nothing cost, and what stays of 1 GB on its way through. issue D, Figures */
export const routerMemory: Case = async ({ runs, tell }) => {
  const [idle, down, up]: [number[], number[], number[]] = [[], [], []];
  for (let run = 0; run < runs; run++) {
    idle.push(await idleConnections());
    down.push(await streamed(download));
    up.push(await streamed(upload));
    tell(`router-memory: ${run + 1} of ${runs}`);
  }
  return [
    figure(`memory of ${IDLE} idle connections`, idle, 120),
    figure("growth over 1 GB to a client", down, 20),
    figure("growth over 1 GB to the dyno", up, 20),
  ];
};

function figure(name: string, ours: readonly number[], most: number): Figure {
  return { name, unit: "MiB", digits: 1, ours, peer: undefined, wanted: { kind: "at-most", most } };
}

/** Each has had an answer. */
async function idleConnections(): Promise<number> {
  await using router = await LoneRouter.open(answers);
  await answered(await opened(router.port));
  await pause(500);
  const before = router.memory();
  const sockets: Socket[] = [];
  while (sockets.length < IDLE) {
    const some = await Promise.all(Array.from({ length: AT_A_TIME }, () => opened(router.port)));
    await Promise.all(some.map(answered));
    sockets.push(...some);
  }
  await pause(500);
  const after = router.memory();
  for (const socket of sockets) socket.destroy();
  return after - before;
}

type Stream = { readonly dyno: (socket: Socket) => void; readonly client: (port: number) => Promise<void> };

/** The most that the router had at any moment, above what it has after a first, small one. */
async function streamed({ dyno, client }: Stream): Promise<number> {
  await using router = await LoneRouter.open(dyno);
  await answered(await opened(router.port));
  await pause(500);
  const before = router.memory();
  let most = before;
  const looking = setInterval(() => (most = Math.max(most, router.memory())), 50);
  await client(router.port);
  clearInterval(looking);
  return most - before;
}

const download: Stream = {
  dyno: (socket) =>
    socket.on("data", (bytes: Buffer) => {
      if (!bytes.includes("GET /gigabyte "))
        return void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n");
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${GIGABYTE}\r\n\r\n`);
      pour(socket);
    }),
  client: async (port) => {
    const socket = await opened(port);
    socket.write(REQUEST.replace("/ ", "/gigabyte "));
    let left = GIGABYTE;
    await new Promise<void>((resolve) =>
      socket.on("data", (bytes: Buffer) => {
        left -= bytes.length;
        if (left <= 0) resolve();
      }),
    );
    socket.destroy();
  },
};

const upload: Stream = {
  dyno: (socket) => {
    let left = 0;
    socket.on("data", (bytes: Buffer) => {
      if (left === 0 && bytes.includes("POST ")) {
        left = GIGABYTE - (bytes.length - bytes.indexOf("\r\n\r\n") - 4);
        return;
      }
      if (left > 0) left -= bytes.length;
      if (left === 0) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n");
    });
  },
  client: async (port) => {
    const socket = await opened(port);
    socket.write(`POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: ${GIGABYTE}\r\n\r\n`);
    pour(socket);
    await until(socket, "ok\n");
    socket.destroy();
  },
};

function pour(socket: Socket): void {
  let left = GIGABYTE;
  const more = (): void => {
    let goesOn = true;
    while (goesOn && left > 0) {
      left -= PIECE.length;
      goesOn = socket.write(PIECE);
    }
    if (left > 0) socket.once("drain", more);
  };
  more();
}

async function opened(port: number): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  await once(socket, "connect");
  return socket;
}

async function answered(socket: Socket): Promise<void> {
  socket.write(REQUEST);
  await until(socket, "ok\n");
}

async function until(socket: Socket, mark: string): Promise<void> {
  for (let text = ""; !text.includes(mark);) {
    const [bytes] = (await once(socket, "data")) as [Buffer];
    text += bytes.toString("latin1");
  }
}
