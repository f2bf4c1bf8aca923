import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { RequestEvent } from "../../../src/heroku/events.ts";
import { FrozenClock } from "../../../src/kernel/frozen-clock.ts";
import { MovableClock } from "../../../src/kernel/movable-clock.ts";
import { seededRandom } from "../../../src/kernel/random.ts";
import { instant, seconds } from "../../../src/kernel/units.ts";
import { Onlookers } from "../../../src/platform/onlookers.ts";
import { httpVisitor, type Visit } from "../../../src/platform/rehearse/visit.ts";

let server: Server | undefined;
afterEach(() => void server?.close());

/** A visit to a server that plays router and app; it tells of each request as the router does. */
async function visited(code: string | undefined, answer: RequestListener): Promise<Visit> {
  const onlookers = new Onlookers();
  const clock = new MovableClock(new FrozenClock(instant(0)));
  const inTime = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
  server = createServer((request, response) => {
    expect(request.url).toBe("/health?deep=1");
    response.on("close", () => {
      onlookers.tell({ kind: "request", requestId: "another's", code: "H12" } as unknown as RequestEvent);
      const requestId = request.headers["x-request-id"];
      onlookers.tell({ kind: "request", requestId, code } as unknown as RequestEvent);
    });
    answer(request, response);
    void inTime().then(() => clock.advance(seconds(3), inTime));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const visit = httpVisitor(`http://localhost:${port}`, onlookers, clock, seededRandom(1));
  return visit("/health?deep=1");
}

describe("a visit", () => {
  it.each<[string, string | undefined, RequestListener, string | undefined]>([
    ["the app's own answer", undefined, (_, response) => response.end("hello"), undefined],
    ["the app's own 503", undefined, (_, response) => response.writeHead(503).end(), undefined],
    ["an error of the platform", "H10", (_, response) => response.writeHead(503).end(), "H10"],
    ["a connection that is closed without a word", "H13", (request) => request.destroy(), "H13"],
    ["the same, and nobody tells why", undefined, (request) => request.destroy(), "no answer"],
    // the visitor leaves after two seconds
    ["an answer without end", "H27", (_, response) => response.write("data: 1\n\n"), undefined],
  ])("sees %s", async (_what, code, answer, lost) => {
    expect((await visited(code, answer)).lost).toBe(lost);
  });
});
