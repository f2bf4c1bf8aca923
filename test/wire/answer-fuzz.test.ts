import type { Socket } from "node:net";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { EraName } from "../../src/heroku/eras.ts";
import { millis, port } from "../../src/kernel/units.ts";
import { scenes, type HostileAnswer, type Scene } from "./desync/arbitrary-answers.ts";
import { readAnswersStrictly } from "./desync/answers.ts";
import { BackEnd } from "./desync/back-end.ts";
import { fuzz } from "./desync/fuzzing.ts";
import { LAX_CLIENTS, readAnswersLaxly } from "./desync/lax-clients.ts";
import { get, HOST, Rig } from "./rig.ts";

/** Long enough for what is on its way on a busy machine, short for what waits for bytes that never come. */
const STUCK = millis(150);
const CLEAN = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nCLEAN";
/** Ends that the app's own closing brings about, wherever the connection was in its life. heroku.md 3.6 */
const CLOSED_BY_APP: ReadonlySet<string | undefined> = new Set(["H13", "H18"]);

it.each(["now", "legacy"] as const)(
  "whatever a dyno answers, each client gets the answers to its own requests (era %s)",
  async (era) => {
    await fuzz(600, async (parameters) => lane(era, parameters));
  },
  600_000,
);

async function lane(era: EraName, parameters: fc.Parameters<[Scene]>): Promise<void> {
  let scene: Scene | undefined;
  await using dyno = await BackEnd.open(({ target }, index, socket) => {
    const hostile = target === "/clean" ? undefined : scene?.answers[index];
    if (hostile === undefined) socket.write(CLEAN);
    else void say(hostile, socket);
  });
  await using rig = await Rig.open({
    era,
    limits: { idle: STUCK, linger: STUCK },
    checkout: async (_tried, _gone, lease) => ({
      kind: "leased",
      lease: { ...lease, port: port(dyno.port) },
    }),
  });
  await fc.assert(
    fc.asyncProperty(scenes, async (given) => {
      scene = given;
      dyno.forget();
      rig.events.length = 0;
      const { methods } = given;
      const requests = methods.map((method, index) => requestOf(method, index, index === methods.length - 1));
      const heard = await ask(rig, requests.join(""));
      const answers = readAnswersStrictly(heard, methods);
      expect(answers.fault).toBeUndefined();
      for (const client of LAX_CLIENTS)
        expect([client.name, readAnswersLaxly(heard, methods, client)]).toEqual([client.name, answers]);

      const next = await ask(rig, get("/clean", "Connection: close"));
      const event = rig.events.find(({ path }) => path === "/clean");
      if (CLOSED_BY_APP.has(event?.code)) expect(next).not.toContain("FORGED");
      else expect(readAnswersStrictly(next, ["GET"]).answers).toEqual([{ status: 200, body: "CLEAN" }]);
      expect(rig.bugs).toEqual([]);
    }),
    parameters,
  );
}

function requestOf(method: string, index: number, isLast: boolean): string {
  const body = method === "POST" ? "abc" : "";
  const length = method === "POST" ? "Content-Length: 3\r\n" : "";
  return `${method} /${index} HTTP/1.1\r\n${HOST}${length}${isLast ? "Connection: close\r\n" : ""}\r\n${body}`;
}

async function ask(rig: Rig, requests: string): Promise<string> {
  const client = await rig.client(requests);
  const heard = await client.rest();
  client.socket.destroy();
  while (rig.router.inFlight > 0) await turn();
  return heard;
}

async function say({ bytes, cuts, closes }: HostileAnswer, socket: Socket): Promise<void> {
  const ends = [...cuts.filter((cut) => cut < bytes.length), bytes.length].sort((one, other) => one - other);
  let from = 0;
  for (const end of ends) {
    socket.write(bytes.slice(from, end), "latin1");
    from = end;
    await turn();
  }
  if (closes) socket.end();
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
