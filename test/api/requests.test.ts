import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { expect, it } from "vitest";
import type { RequestEvent } from "../../src/heroku/events.ts";
import type { RequestId } from "../../src/heroku/names.ts";
import { bytes, instant, millis } from "../../src/kernel/units.ts";
import { openRig } from "./rig.ts";

const PATH = "/dynosim/apps/example/requests";
/** More than the server's patience and every buffer between the two. */
const EVENTS = 4000;

it("needs the token, both ways", async () => {
  await using rig = await openRig();
  for (const path of [PATH, `${PATH}/events`])
    expect((await rig.ask("GET", path, { headers: { authorization: "" } })).status).toBe(401);
  expect((await rig.ask("GET", PATH)).body).toMatchObject({ in_flight: [], done: [], figures: { done: 0 } });
});

it("who follows and does not keep up loses requests, and is told how many", async () => {
  await using rig = await openRig();
  const call = request({
    host: "127.0.0.1",
    port: rig.control.port,
    path: `${PATH}/events`,
    headers: { authorization: `Bearer ${rig.control.token}` },
  }).end();
  const [response] = (await once(call, "response")) as [IncomingMessage];
  await expect.poll(() => rig.platform.requestWatchers.size).toBe(1);
  const end = (path: string): void => {
    for (const watcher of rig.platform.requestWatchers) watcher.done(done(path));
  };
  for (let number = 0; number < EVENTS; number += 1) end(`/${"x".repeat(8000)}`);

  let text = "";
  response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  await expect
    .poll(() => {
      end("/more");
      return text.includes('{"dropped":');
    })
    .toBe(true);
  const kept = [...text.matchAll(/"path":"\/x/g)].length;
  expect(kept).toBeLessThan(EVENTS);
  expect(kept + Number(/"dropped":(\d+)/.exec(text)?.[1])).toBeGreaterThanOrEqual(EVENTS);
  response.destroy();
  await expect.poll(() => rig.platform.requestWatchers.size).toBe(0);
});

function done(path: string): RequestEvent {
  return {
    kind: "request",
    at: instant(0),
    level: "info",
    sock: undefined,
    code: undefined,
    desc: undefined,
    cause: undefined,
    method: "GET",
    path,
    host: "localhost",
    requestId: "r" as RequestId,
    forwardedFor: "127.0.0.1",
    dyno: undefined,
    connect: millis(0),
    service: millis(0),
    status: 200,
    bytes: bytes(0),
    protocol: "http1.1",
    tls: false,
    tlsVersion: undefined,
  };
}
