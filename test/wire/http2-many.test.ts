import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { afterAll, expect, it } from "vitest";
import { port } from "../../src/kernel/units.ts";
import { answerOf, Http2Client, type Answer } from "./http2-client.ts";
import { portOf } from "./rig.ts";
import { TestAuthority } from "./tls-rig.ts";

const authority = new TestAuthority();
afterAll(() => authority.remove());

interface Kind {
  readonly answer: (response: ServerResponse, received: number) => void;
  readonly seen: (received: number) => readonly [status: number, length: number, trailer: string | undefined];
}

const KINDS: readonly Kind[] = [
  { answer: (response) => response.end("x".repeat(60)), seen: () => [200, 60, undefined] },
  {
    answer: (response, received) => {
      response.write("a".repeat(1_000));
      response.end(String(received));
    },
    seen: (received) => [200, 1_000 + String(received).length, undefined],
  },
  {
    answer: (response) => response.setHeader("content-length", 200_000).end("y".repeat(200_000)),
    seen: () => [200, 200_000, undefined],
  },
  { answer: (response) => response.writeHead(204).end(), seen: () => [204, 0, undefined] },
  {
    answer: (response) => {
      response.setHeader("trailer", "x-sum").write("q");
      response.addTrailers({ "x-sum": "1" });
      response.end();
    },
    seen: () => [200, 1, "1"],
  },
];

/** What node:http makes of it on the dyno's side. */
function serve(request: IncomingMessage, response: ServerResponse): void {
  let received = 0;
  request.on("data", (bytes: Buffer) => (received += bytes.length));
  request.on("end", () => KINDS[Number(request.url?.slice(1)) % KINDS.length]?.answer(response, received));
}

it("300 requests of all kinds, 15 at a time on one connection, come through whole (heroku.md 3.6.3)", async () => {
  const app = createServer(serve);
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  const place = port(portOf(app));
  await using rig = await authority.rig({
    checkout: (_tried, _gone, lease) => ({ kind: "leased", lease: { ...lease, port: place } }),
  });
  using client = await Http2Client.open(authority, rig);
  const wrong: Answer[] = [];
  const ask = async (number: number): Promise<void> => {
    const size = number % 3 === 0 ? 100_000 : 10;
    const stream = client.request({ ":path": `/${number}`, ":method": "POST" }, true);
    stream.end(Buffer.alloc(size));
    const answer = await answerOf(stream);
    const seen = [answer.status, answer.body.length, answer.trailers["x-sum"], answer.code];
    const wanted = [...(KINDS[number % KINDS.length]?.seen(size) ?? []), 0];
    if (seen.some((value, index) => value !== wanted[index])) wrong.push(answer);
  };
  await Promise.all(
    Array.from({ length: 15 }, async (_, first) => {
      for (let number = first; number < 300; number += 15) await ask(number);
    }),
  );
  expect(wrong).toEqual([]);
  expect(rig.events).toHaveLength(300);
  expect(rig.events.filter(({ code }) => code !== undefined)).toEqual([]);
  expect(rig.bugs).toEqual([]);
  app.closeAllConnections();
  app.close();
});
