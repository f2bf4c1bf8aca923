import type { Socket } from "node:net";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { EraName } from "../../src/heroku/eras.ts";
import { millis, port } from "../../src/kernel/units.ts";
import { readAnswersStrictly } from "./desync/answers.ts";
import { streams, type Stream } from "./desync/arbitrary-requests.ts";
import { BackEnd } from "./desync/back-end.ts";
import { LAX_SERVERS, readLaxly } from "./desync/lenient-back-end.ts";
import type { SeenRequest } from "./desync/seen.ts";
import { readStrictly } from "./desync/strict-back-end.ts";
import { fuzz } from "./desync/fuzzing.ts";
import { Rig } from "./rig.ts";

/** Long enough for what is on its way on a busy machine, short for what waits for bytes that never come. */
const STUCK = millis(40);

it.each(["now", "legacy"] as const)(
  "whatever a client sends, every back end sees the requests that the router meant (era %s)",
  async (era) => {
    await fuzz(800, async (parameters) => lane(era, parameters));
  },
  600_000,
);

async function lane(era: EraName, parameters: fc.Parameters<[Stream]>): Promise<void> {
  await using dyno = await BackEnd.open(answer, isHasty);
  await using rig = await Rig.open({
    era,
    features: Number(parameters.seed) % 2 === 0 ? [] : ["http-end-to-end-continue"],
    limits: { requestHead: STUCK, idle: STUCK, linger: STUCK },
    checkout: async (_tried, _gone, lease) => ({
      kind: "leased",
      lease: { ...lease, port: port(dyno.port) },
    }),
  });
  await fc.assert(
    fc.asyncProperty(streams, async (stream) => {
      dyno.forget();
      rig.events.length = 0;
      const answers = await send(rig, stream);
      expect(rig.bugs).toEqual([]);
      for (const connection of dyno.connections) {
        const seen = readStrictly(connection.text);
        expect(seen.fault).toBeUndefined();
        for (const server of LAX_SERVERS)
          expect([server.name, readLaxly(connection.text, server)]).toEqual([server.name, seen]);
        // One that is left in the middle of a request is never used again.
        if (seen.unfinished) await soon(connection.closed);
        expect(seen.unfinished && !connection.over).toBe(false);
      }

      const told = rig.events.filter((event) => event.dyno !== undefined);
      const served = told.filter((event) => event.code === undefined && event.status === 200);
      const names = (events: typeof told): string[] => events.map(({ method, path }) => `${method} ${path}`);
      const seen = dyno.requests.map(({ method, target }) => `${method} ${target}`);
      expect(isWithin(seen, names(told))).toBe(true);
      const patient = served.filter(({ method }) => !isHasty(method));
      expect(isWithin(names(patient), seen)).toBe(true);

      // The client's side: answers in the order of the requests, each to its own.
      const methods = rig.events.map(({ method }) => method);
      const heard = readAnswersStrictly(answers, [...methods, "GET"]);
      expect(heard.fault).toBeUndefined();
      for (const [index, event] of rig.events.entries())
        if (served.includes(event) && event.method !== "HEAD")
          expect(heard.answers[index]?.body).toBe(`${event.method} ${event.path}`);
    }),
    parameters,
  );
}

/** Such requests are answered before their body is there; who does that may never read it. */
function isHasty(method: string): boolean {
  return method === "PUT";
}

function answer({ method, target }: SeenRequest, _index: number, socket: Socket): void {
  const text = `${method} ${target}`;
  const body = method === "HEAD" ? "" : text;
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${body}`, "latin1");
}

async function send(rig: Rig, { bytes, cuts }: Stream): Promise<string> {
  const client = await rig.client();
  const ends = [...cuts.filter((cut) => cut < bytes.length), bytes.length].sort((one, other) => one - other);
  let from = 0;
  for (const end of ends) {
    client.write(bytes.slice(from, end));
    from = end;
    await turn();
  }
  const answers = await client.rest();
  client.socket.destroy();
  while (rig.router.inFlight > 0) await turn();
  return answers;
}

/** Whether `part` comes out of `whole` by leaving some out. */
function isWithin(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const name of whole) if (at < part.length && part[at] === name) at += 1;
  return at === part.length;
}

/** Until it has happened, or should have. */
async function soon(event: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([event, new Promise((resolve) => (timer = setTimeout(resolve, 5_000)))]);
  clearTimeout(timer);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
