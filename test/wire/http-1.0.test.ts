import { describe, expect, it } from "vitest";
import { HOST, OK, Rig } from "./rig.ts";

const old = (...lines: string[]): string =>
  `POST / HTTP/1.0\r\n${HOST}${lines.map((line) => `${line}\r\n`).join("")}\r\n`;

describe.each(["now", "legacy"] as const)("HTTP/1.0, era %s", (era) => {
  it("7.1 the dyno and the client hear HTTP/1.1 (router.md 7.3)", async () => {
    await using rig = await Rig.open({ era });
    const { client, toDyno } = await rig.exchange(old("Content-Length: 0"), OK);
    expect(toDyno).toMatch(/^POST \/ HTTP\/1\.1\r\n/);
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*Connection: close\r\n[^]*~~$/);
  });

  it("7.4 stays when asked to (heroku.md 3.6.4)", async () => {
    await using rig = await Rig.open({ era });
    const { client, dyno } = await rig.exchange(old("Connection: Keep-Alive", "Content-Length: 0"), OK);
    expect(await client.upTo("~~")).toContain("\r\nConnection: keep-alive\r\n");
    client.write(old("Content-Length: 0"));
    await (await rig.next(dyno)).head();
  });

  it("7.5 chunks come out bare, trailers go, and the end is the connection's (heroku.md 3.6.4)", async () => {
    await using rig = await Rig.open({ era });
    const { client } = await rig.exchange(
      old("Connection: keep-alive", "Content-Length: 0"),
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;e\r\nabc\r\n0\r\nX: 1\r\n\r\n",
    );
    const head = await client.head();
    expect(head).toContain("\r\nConnection: close\r\n");
    expect(head).not.toMatch(/transfer-encoding|content-length/i);
    expect(await client.rest()).toBe("abc");
  });

  it("7.6 a 100 of the dyno is dropped", async () => {
    await using rig = await Rig.open({ era });
    const { client } = await rig.exchange(old("Content-Length: 0"), `HTTP/1.1 100 Continue\r\n\r\n${OK}`);
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it("7.7 Expect is passed over: HTTP/1.0 has no 100 (RFC 9110 10.1.1)", async () => {
    await using rig = await Rig.open({ era });
    const client = await rig.client(`${old("Expect: 100-continue", "Content-Length: 2")}ab`);
    const dyno = await rig.dyno();
    expect(await dyno.head()).not.toContain("Expect");
    await dyno.upTo("ab");
    dyno.write(OK);
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it("7.8 a chunked body is honoured, and ends the connection", async () => {
    await using rig = await Rig.open({ era });
    const request = old("Connection: keep-alive", "Transfer-Encoding: chunked");
    const client = await rig.client(`${request}2\r\nab\r\n0\r\n\r\n`);
    const dyno = await rig.dyno();
    expect(await dyno.head()).toContain("\r\nTransfer-Encoding: chunked\r\n");
    await dyno.upTo("2\r\nab\r\n0\r\n\r\n");
    dyno.write(OK);
    expect(await client.rest()).toMatch(/\r\nConnection: close\r\n[^]*~~$/);
  });

  it("a request without Host is refused (router.md 4.10)", async () => {
    await using rig = await Rig.open({ era });
    const client = await rig.client("GET http://app.localhost/ HTTP/1.0\r\n\r\n");
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 400 /);
  });
});
