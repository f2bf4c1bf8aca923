import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Case } from "../bench.ts";
import { answers, LoneRouter } from "../proxies/lone-router.ts";
import { median } from "../samples.ts";

const RATE = 2000;
const CONNECTIONS = 64;
/** One in so many requests is the last of its connection, which another one replaces. */
const LAST = 100;
/** One in so many clients leaves before its answer has come. */
const LEAVES = 500;
const TICK = 5;
/** Parts of the time: what is still being compiled is past, and the end. */
const [WARM, END] = [0.2, 0.9];

/** Memory and descriptors of the router at the begin and the end of a long time at 2,000 requests a second. issue D, Figures */
export const routerSoak: Case = async ({ soak, tell }) => {
  await using router = await LoneRouter.open(answers);
  const memory: number[] = [];
  const descriptors: number[] = [];
  const load = new Load(router.port);
  const begun = performance.now();
  const elapsed = (): number => (performance.now() - begun) / 1000;
  const looking = setInterval(() => {
    memory.push(router.memory());
    descriptors.push(router.descriptors());
    if (memory.length % 60 === 0)
      tell(`${Math.round(elapsed())} s, ${load.done} requests, ${memory.at(-1)?.toFixed(0)} MiB`);
  }, 1000);
  const running = load.run(soak);
  await pause(soak * 1000 * WARM);
  const before = await router.inUse();
  await running;
  const after = await router.inUse();
  clearInterval(looking);
  const rate = load.done / elapsed();
  load.close();
  await pause(3000);
  const from = (list: readonly number[]): number =>
    median(list.slice(Math.floor(list.length * WARM), Math.ceil(list.length * (WARM + 0.1))));
  const to = (list: readonly number[]): number => median(list.slice(Math.floor(list.length * END)));
  const name = `soak of ${soak} s`;
  return [
    {
      name: `${name}, served`,
      unit: "1/s",
      ours: [rate],
      peer: undefined,
      wanted: { kind: "at-least", least: RATE * 0.95 },
    },
    {
      name: `${name}, resident memory at most`,
      unit: "MiB",
      digits: 1,
      ours: [Math.max(...memory)],
      peer: undefined,
      wanted: undefined,
    },
    {
      name: `${name}, growth of the memory in use, from the first fifth on`,
      unit: "MiB",
      digits: 1,
      ours: [after - before],
      peer: undefined,
      wanted: { kind: "at-most", most: 10 },
    },
    {
      name: `${name}, descriptors more at its end`,
      unit: "",
      ours: [to(descriptors) - from(descriptors)],
      peer: undefined,
      wanted: { kind: "at-most", most: CONNECTIONS },
    },
    {
      name: `${name}, answers that were wrong or missing`,
      unit: "",
      ours: [load.failures],
      peer: undefined,
      wanted: { kind: "at-most", most: 0 },
    },
  ];
};

/** A steady rate over connections that live for a while. */
class Load {
  readonly #port: number;
  readonly #free: Socket[] = [];
  readonly #all = new Set<Socket>();
  #sent = 0;
  done = 0;
  failures = 0;

  constructor(port: number) {
    this.#port = port;
  }

  async run(seconds: number): Promise<void> {
    for (let count = 0; count < CONNECTIONS; count++) this.#open();
    const begun = performance.now();
    for (;;) {
      const elapsed = performance.now() - begun;
      if (elapsed > seconds * 1000) return;
      const due = Math.floor((elapsed * RATE) / 1000);
      for (let socket; this.#sent < due && (socket = this.#free.pop()) !== undefined;) this.#ask(socket);
      await pause(TICK);
    }
  }

  close(): void {
    for (const socket of this.#all) socket.destroy();
  }

  #open(): void {
    const socket = connect({ host: "127.0.0.1", port: this.#port, noDelay: true });
    this.#all.add(socket);
    let isLast = false;
    socket.on("connect", () => this.#free.push(socket));
    socket.on("error", () => (this.failures += 1));
    socket.on("close", () => {
      this.#all.delete(socket);
    });
    socket.on("data", (bytes: Buffer) => {
      const text = bytes.toString("latin1");
      if (!text.startsWith("HTTP/1.1 200 ") || !text.endsWith("\r\n\r\nok\n")) this.failures += 1;
      this.done += 1;
      isLast = text.includes("Connection: close");
      if (!isLast) this.#free.push(socket);
      else {
        socket.destroy();
        this.#open();
      }
    });
  }

  #ask(socket: Socket): void {
    this.#sent += 1;
    const close = this.#sent % LAST === 0 ? "Connection: close\r\n" : "";
    socket.write(`GET /books?page=${this.#sent} HTTP/1.1\r\nHost: app.localhost\r\n${close}\r\n`);
    if (this.#sent % LEAVES !== 1) return;
    this.done += 1;
    socket.removeAllListeners("data").destroy();
    this.#open();
  }
}
