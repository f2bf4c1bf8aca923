import { Agent, get } from "node:http";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** Between two tries: short where asking costs nothing, longer where each try is a line in a log. */
const REFUSED_PAUSE = 5;
const ERROR_PAUSE = 25;
const PATIENCE = 300_000;

/** Asks until the answer is a 200. */
export async function firstOk(url: string, signal?: AbortSignal): Promise<void> {
  const until = performance.now() + PATIENCE;
  while (performance.now() < until) {
    signal?.throwIfAborted();
    const status = await statusOf(url);
    if (status === 200) return;
    await pause(status === undefined ? REFUSED_PAUSE : ERROR_PAUSE);
  }
  throw new Error(`${url} did not answer 200 in ${PATIENCE / 1000} s`);
}

/** Milliseconds to the first byte of an answer that has to be a 200. */
export async function timeToFirstByte(url: string): Promise<number> {
  const begun = performance.now();
  const status = await statusOf(url);
  if (status !== 200) throw new Error(`${url} answered ${status}`);
  return performance.now() - begun;
}

/** Undefined: no answer. Resolves with the head. */
function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const agent = new Agent({ keepAlive: false });
    const request = get(url, { agent }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on("error", () => resolve(undefined));
  });
}

/** One that nobody listens on just now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
}
