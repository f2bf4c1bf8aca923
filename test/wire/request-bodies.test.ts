import { describe, expect, it } from "vitest";
import { get, HOST, OK, post, Rig } from "./rig.ts";

const CHUNKED = "Transfer-Encoding: chunked";

describe.each(["now", "legacy"] as const)("bodies on their way, era %s (router.md 8)", (era) => {
  it.each([
    ["8.9 a length of more digits than fit", "Content-Length: 123456789012345678901234567890"],
    ["8.1 a length", "Content-Length: 5"],
  ])("%s keeps its digits", async (_fact, line) => {
    await using rig = await Rig.open({ era });
    const client = await rig.client(post("abc", line));
    const dyno = await rig.dyno();
    expect(await dyno.head()).toContain(`\r\n${line}\r\n`);
    await dyno.upTo("abc");
    client.socket.destroy();
    expect(await rig.event()).toMatchObject({ code: "H27" });
  });

  it("8.20 a chunk may be as large as a whole number can say", async () => {
    await using rig = await Rig.open({ era });
    const client = await rig.client(post("1fffffffffffff\r\nabc", CHUNKED));
    const dyno = await rig.dyno();
    await dyno.head();
    expect(await dyno.upTo("abc")).toBe("1fffffffffffff\r\nabc");
    client.socket.destroy();
    expect(await dyno.rest()).toBe("");
  });

  it("8.15 streams: each piece goes on as it comes (router.md L23, heroku.md 3.6.4)", async () => {
    await using rig = await Rig.open({ era });
    const client = await rig.client(post("", CHUNKED));
    const dyno = await rig.dyno();
    await dyno.head();
    for (const piece of ["3", "\r\nab", "c\r", "\n0\r\n", "\r\n"]) {
      client.write(piece);
      if (piece.endsWith("ab")) expect(await dyno.upTo("ab")).toBe("3\r\nab");
    }
    expect(await dyno.upTo("0\r\n\r\n")).toBe("c\r\n0\r\n\r\n");
    dyno.write(OK);
    await client.upTo("~~");
  });

  it("8.22 without the last line end the dyno waits as the router does", async () => {
    await using rig = await Rig.open({ era });
    const client = await rig.client(post("1\r\na\r\n0\r\n", CHUNKED));
    const dyno = await rig.dyno();
    await dyno.head();
    await dyno.upTo("1\r\na\r\n");
    client.write("\r\n");
    expect(await dyno.upTo("\r\n\r\n")).toBe("0\r\n\r\n");
    dyno.write(OK);
    await client.upTo("~~");
  });

  it("8.16 trailers arrive with no Trailer field and none of TE", async () => {
    await using rig = await Rig.open({ era });
    const client = await rig.client(post("1\r\na\r\n0\r\nx-sum: 1\r\nx-b:2\r\n\r\n", CHUNKED));
    const dyno = await rig.dyno();
    await dyno.head();
    expect(await dyno.upTo("\r\n\r\n")).toBe("1\r\na\r\n0\r\nX-Sum: 1\r\nX-B: 2\r\n\r\n");
    dyno.write(OK);
    await client.upTo("~~");
  });

  it.each([
    ["8.17 a trailer that is none (router.md E14)", "0\r\nno colon\r\n\r\n"],
    ["8.18 a chunk after the last one", "0\r\n3\r\nabc\r\n"],
    ["8.19 a size that is none", "xyz\r\n"],
  ])("%s: 400, the dyno saw only what was good", async (_fact, bad) => {
    await using rig = await Rig.open({ era });
    const client = await rig.client(post(`2\r\nok\r\n${bad}`, CHUNKED));
    const dyno = await rig.dyno();
    await dyno.head();
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(await dyno.rest()).toMatch(/^(?:2\r\nok\r\n)?$/);
  });

  it("8.25 an answer without a close, while the body still comes: relayed, then the end (heroku.md 3.2)", async () => {
    await using rig = await Rig.open({ era });
    const client = await rig.client(post("a", "Content-Length: 100"));
    const dyno = await rig.dyno();
    await dyno.upTo("\r\n\r\na");
    dyno.write(OK);
    expect(await client.rest()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*Connection: close\r\n[^]*~~$/);
    expect(await dyno.rest()).toBe("");
    expect(await rig.event()).toMatchObject({ status: 200, bytes: 2 });
  });

  it("an early answer of any length arrives whole (router.md L20, 8.24)", async () => {
    await using rig = await Rig.open({ era });
    const client = await rig.client(post("a", "Content-Length: 100"));
    const dyno = await rig.dyno();
    await dyno.upTo("\r\n\r\na");
    const size = 1_000_000;
    dyno.write(`HTTP/1.1 413 Too Large\r\nContent-Length: ${String(size)}\r\n\r\n${"x".repeat(size)}`);
    await client.head();
    expect(await client.rest()).toHaveLength(size);
  });

  it("6.13 a body the dyno never reads does not become the next request", async () => {
    await using rig = await Rig.open({ era });
    const client = await rig.client(
      post(get("/smuggled"), `Content-Length: ${String(get("/smuggled").length)}`),
    );
    const dyno = await rig.dyno();
    await dyno.head();
    dyno.write(OK);
    await client.upTo("~~");
    await dyno.upTo(get("/smuggled"));
    client.write(get("/next", "Connection: close"));
    const next = await rig.next(dyno);
    expect(await next.head()).toMatch(/^GET \/next /);
    next.write(OK);
    await client.rest();
    expect(rig.events.map(({ path }) => path)).toEqual(["/", "/next"]);
  });

  it("6.12 what is pipelined during an answer waits, however much it is (router.md L21)", async () => {
    await using rig = await Rig.open({ era });
    const count = 300;
    const padding = `X: ${"p".repeat(1000)}`;
    const client = await rig.client(get("/first"));
    let dyno = await rig.dyno();
    await dyno.head();
    client.write(Array.from({ length: count }, (_, index) => get(`/${String(index)}`, padding)).join(""));
    dyno.write(OK);
    await client.upTo("~~");
    const served = era === "now" ? count : 99;
    for (let index = 0; index < served; index++) {
      dyno = await rig.next(dyno);
      expect(await dyno.head()).toMatch(new RegExp(`^GET /${String(index)} `));
      dyno.write(OK);
      await client.upTo("~~");
    }
  });

  it("a client that closes its half has left (router.md E6)", async () => {
    await using rig = await Rig.open({ era });
    const client = await rig.client(get());
    const dyno = await rig.dyno();
    await dyno.head();
    client.socket.end();
    expect(await rig.event()).toMatchObject({ code: "H27", sock: "client", status: 499 });
    expect(await dyno.rest()).toBe("");
  });

  it("a client that closes its half after its last answer has it whole", async () => {
    await using rig = await Rig.open({ era });
    const { client } = await rig.exchange(get(), OK);
    await client.upTo("~~");
    client.socket.end();
    expect(await client.rest()).toBe("");
    expect(rig.events).toHaveLength(1);
  });

  it("8.4 GET and HEAD may have bodies", async () => {
    await using rig = await Rig.open({ era });
    for (const method of ["GET", "HEAD"]) {
      const client = await rig.client(
        `${method} / HTTP/1.1\r\n${HOST}Connection: close\r\nContent-Length: 2\r\n\r\nab`,
      );
      const dyno = await rig.dyno();
      expect(await dyno.head()).toContain("\r\nContent-Length: 2\r\n");
      await dyno.upTo("ab");
      dyno.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      await client.rest();
      dyno.socket.destroy();
    }
  });
});
