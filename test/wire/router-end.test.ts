import { describe, expect, it } from "vitest";
import { ERAS, type EraName } from "../../src/heroku/eras.ts";
import { formatEvent } from "../../src/logplex/format-event.ts";
import { get, HOST, OK, post, Rig } from "./rig.ts";

const UPGRADE = `GET /socket HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
const SWITCHED = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

/** Closes the router, and gives the line of the one request that was under way. */
async function lineOfEnd(rig: Rig, era: EraName): Promise<string> {
  await rig.router.close();
  const { text } = formatEvent(await rig.event(), ERAS[era]);
  expect(rig.router.inFlight).toBe(0);
  expect(rig.bugs).toEqual([]);
  return text.replace(/request_id=\S+/, "request_id=ID");
}

describe.each(["now", "legacy"] as const)("the router's own end, era %s (heroku.md 3.9 H24)", (era) => {
  it("H24 with the bytes so far and no status for a request in the middle of its answer", async () => {
    await using rig = await Rig.open({ era });
    const { client } = await rig.exchange(get("/x"), "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n~~");
    await client.upTo("~~");
    expect(await lineOfEnd(rig, era)).toMatch(
      /^at=error code=H24 desc="Forced close" method=GET path="\/x" host=app\.localhost request_id=ID fwd="127\.0\.0\.1" dyno=web\.1 connect=\d+ms service=\d+ms status= bytes=2 protocol=http/,
    );
    await client.rest();
  });

  it("for one that waits for its answer, and one whose body is on its way", async () => {
    for (const request of [get(), post("half", "Content-Length: 8")]) {
      await using rig = await Rig.open({ era });
      const client = await rig.client(request);
      await (await rig.dyno()).head();
      expect(await lineOfEnd(rig, era)).toMatch(
        /^at=error code=H24 desc="Forced close" .* dyno=web\.1 .* status= bytes= /,
      );
      expect(await client.rest()).toBe("");
    }
  });

  it("for one that waits for a dyno", async () => {
    await using rig = await Rig.open({
      era,
      checkout: (_tried, gone) =>
        new Promise((resolve) => {
          gone.addEventListener("abort", () => resolve({ kind: "refused", reason: "boot-timeout" }));
        }),
    });
    await rig.client(get());
    await expect.poll(() => rig.router.inFlight).toBe(1);
    expect(await lineOfEnd(rig, era)).toMatch(
      /^at=error code=H24 .* dyno= connect= service= status= bytes= /,
    );
  });

  it("for an open websocket", async () => {
    await using rig = await Rig.open({ era });
    const client = await rig.client(UPGRADE);
    const dyno = await rig.dyno();
    await dyno.head();
    dyno.write(`${SWITCHED}hello`);
    await client.upTo("hello");
    expect(await lineOfEnd(rig, era)).toMatch(/^at=error code=H24 .* status= bytes=5 /);
    await dyno.rest();
  });

  it("what has ended before is not told again, and a client between two requests loses its connection in silence", async () => {
    await using rig = await Rig.open({ era });
    const { client } = await rig.exchange(get(), OK);
    await client.upTo("~~");
    expect(await rig.event()).toMatchObject({ code: undefined, status: 200 });
    await rig.router.close();
    await client.rest();
    expect(rig.events).toHaveLength(1);
  });

  it("who left before the end has left by himself: H27", async () => {
    await using rig = await Rig.open({ era });
    const client = await rig.client(get());
    await (await rig.dyno()).head();
    client.socket.destroy();
    expect(await rig.event()).toMatchObject({ code: "H27", status: 499 });
    await rig.router.close();
    expect(rig.events).toHaveLength(1);
  });
});
