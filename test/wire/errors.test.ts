import { describe, expect, it } from "vitest";
import { dynoName, WEB } from "../../src/heroku/names.ts";
import { millis } from "../../src/kernel/units.ts";
import type { Checkout, Refusal } from "../../src/router/backends.ts";
import { closedPort, fullBacklog, leaseOf } from "./dead-ports.ts";
import { get, HOST, OK, post, Rig } from "./rig.ts";

const PAGE =
  /^HTTP\/1.1 (\d+) [^\r]*\r\nServer: Heroku\r\nDate: [^\r]*\r\nConnection: close\r\nContent-Type: text\/html; charset=utf-8\r\nContent-Length: (\d+)\r\n\r\n([^]*)$/;

/** What the client got must be a whole error page; gives its status and the length of its body. */
function page(answer: string, title: string = "Application Error"): { status: number; bytes: number } {
  const [, status, length, body] = PAGE.exec(answer) ?? [];
  expect(answer).toContain(`<title>${title}</title>`);
  expect(body).toHaveLength(Number(length));
  expect(body).not.toMatch(/src=|href=|url\(/);
  return { status: Number(status), bytes: Number(length) };
}

const refuse = (reason: Refusal) => async (): Promise<Checkout> => ({ kind: "refused", reason });

describe("no dyno to be had (heroku.md 3.9)", () => {
  it.each([
    ["crashed", "H10", "App crashed", "error", 503, "Application Error"],
    ["no-web-dynos", "H14", "No web processes running", "error", 503, "Application Error"],
    ["boot-timeout", "H20", "App boot timeout", "error", 503, "Application Error"],
    ["quarantined", "H34", "All up dynos are quarantined", "error", 503, "Application Error"],
    ["blank-app", "H81", "Blank app", "info", 502, "Blank app"],
    ["hours-exhausted", "H82", "You've used up your dyno hour pool", "info", 503, "Application Error"],
  ] as const)("%s is %s", async (reason, code, desc, level, status, title) => {
    await using rig = await Rig.open({ checkout: refuse(reason) });
    const client = await rig.client(get("/x"));
    const sent = page(await client.rest(), title);
    expect(sent.status).toBe(status);
    expect(await rig.event()).toMatchObject({
      level,
      code,
      desc,
      status,
      bytes: sent.bytes,
      path: "/x",
      dyno: undefined,
      connect: undefined,
      service: undefined,
    });
    expect(rig.events).toHaveLength(1);
  });

  it("era legacy has other words for H82 (heroku.md 3.9)", async () => {
    await using rig = await Rig.open({ era: "legacy", checkout: refuse("hours-exhausted") });
    await (await rig.client(get())).rest();
    expect(await rig.event()).toMatchObject({ code: "H82", desc: "Free app running time quota exhausted" });
  });

  it("HEAD gets the page's head alone", async () => {
    await using rig = await Rig.open({ checkout: refuse("crashed") });
    const client = await rig.client(`HEAD / HTTP/1.1\r\n${HOST}\r\n`);
    expect(await client.rest()).toMatch(/Content-Length: [1-9]\d+\r\n\r\n$/);
    expect(await rig.event()).toMatchObject({ code: "H10", bytes: 0 });
  });

  it("H11 above 200 requests for each web dyno (router.md L26)", async () => {
    await using rig = await Rig.open({ webDynos: 2, limits: { requestsPerDyno: 1 } });
    const first = await rig.client(get("/1"));
    await rig.client(get("/2"));
    const one = await rig.dyno();
    await rig.dyno();
    const third = await rig.client(get("/3"));
    expect(page(await third.rest()).status).toBe(503);
    expect(await rig.event()).toMatchObject({ code: "H11", desc: "Backlog too deep", path: "/3" });
    await one.head();
    one.write(OK);
    await first.upTo("~~");
  });

  it("H14, not H11, without any web dyno", async () => {
    await using rig = await Rig.open({ webDynos: 0, checkout: refuse("no-web-dynos") });
    await (await rig.client(get())).rest();
    expect(await rig.event()).toMatchObject({ code: "H14" });
  });

  it("H27 when the client leaves while a dyno boots; the wait is called off (router.md E6)", async () => {
    const asked = Promise.withResolvers<void>();
    await using rig = await Rig.open({
      checkout: (_tried, gone) => {
        asked.resolve();
        return new Promise((resolve) => {
          gone.addEventListener("abort", () => resolve({ kind: "refused", reason: "boot-timeout" }));
        });
      },
    });
    const client = await rig.client(get());
    await asked.promise;
    client.socket.destroy();
    expect(await rig.event()).toMatchObject({
      level: "warning",
      code: "H27",
      desc: "Client Request Interrupted",
      sock: "client",
      status: 499,
      bytes: undefined,
    });
  });

  it("an exception is contained as H99, and told (heroku.md 3.9)", async () => {
    await using rig = await Rig.open({
      checkout: () => {
        throw new Error("planted");
      },
    });
    const client = await rig.client(get());
    page(await client.rest());
    expect(await rig.event()).toMatchObject({
      level: "error",
      code: "H99",
      desc: "Platform error",
      status: 503,
    });
    expect(rig.bugs).toEqual([new Error("planted")]);
  });
});

describe("dynos that cannot be connected to (router.md L7)", () => {
  it("tries another dyno", async () => {
    const closed = await closedPort();
    await using rig = await Rig.open({
      checkout: async (tried, _gone, lease) => ({
        kind: "leased",
        lease: tried.size === 0 ? leaseOf(1, closed) : { ...lease, dyno: dynoName(WEB, 2) },
      }),
    });
    const { client } = await rig.exchange(get(), OK);
    expect(await client.upTo("~~")).toMatch(/^HTTP\/1.1 200 /);
    expect(await rig.event()).toMatchObject({ code: undefined, status: 200, dyno: "web.2" });
    expect(rig.checkins).toEqual([
      { dyno: "web.1", end: "connect-refused" },
      { dyno: "web.2", end: "served" },
    ]);
  });

  it("H21 after ten refusals", async () => {
    const closed = await closedPort();
    await using rig = await Rig.open({
      checkout: async (tried) => ({ kind: "leased", lease: leaseOf(tried.size + 1, closed) }),
    });
    const client = await rig.client(get());
    page(await client.rest());
    expect(await rig.event()).toMatchObject({
      code: "H21",
      desc: "Backend connection refused",
      dyno: "web.10",
      connect: expect.any(Number),
      service: undefined,
      status: 503,
    });
    expect(rig.checkins).toHaveLength(10);
  });

  it("H21 when the only dyno refused and is quarantined now", async () => {
    const closed = await closedPort();
    await using rig = await Rig.open({
      checkout: async (tried) =>
        tried.size === 0
          ? { kind: "leased", lease: leaseOf(1, closed) }
          : { kind: "refused", reason: "quarantined" },
    });
    page(await (await rig.client(get())).rest());
    expect(await rig.event()).toMatchObject({ code: "H21", dyno: "web.1" });
  });

  it("H10 when it crashed meanwhile", async () => {
    const closed = await closedPort();
    await using rig = await Rig.open({
      checkout: async (tried) =>
        tried.size === 0
          ? { kind: "leased", lease: leaseOf(1, closed) }
          : { kind: "refused", reason: "crashed" },
    });
    page(await (await rig.client(get())).rest());
    expect(await rig.event()).toMatchObject({ code: "H10" });
  });

  it("H19 when nobody takes the connection in time", async () => {
    const full = await fullBacklog();
    await using rig = await Rig.open({
      limits: { connect: millis(60), connectAttempts: 2 },
      checkout: async (tried) => ({ kind: "leased", lease: leaseOf(tried.size + 1, full.port) }),
    });
    page(await (await rig.client(get())).rest());
    const event = await rig.event();
    expect(event).toMatchObject({
      code: "H19",
      desc: "Backend connection timeout",
      dyno: "web.2",
      service: undefined,
    });
    expect(event.connect).toBeGreaterThanOrEqual(60);
    expect(rig.checkins.map(({ end }) => end)).toEqual(["connect-timeout", "connect-timeout"]);
    full.close();
  });

  it("gives up when the tries have taken 75 s together", async () => {
    const full = await fullBacklog();
    await using rig = await Rig.open({
      limits: { connect: millis(40), connectTotal: millis(60) },
      checkout: async (tried) => ({ kind: "leased", lease: leaseOf(tried.size + 1, full.port) }),
    });
    page(await (await rig.client(get())).rest());
    expect(await rig.event()).toMatchObject({ code: "H19", dyno: "web.2" });
    full.close();
  });
});

describe("dynos that answer badly", () => {
  it.each([
    ["closes", (socket: { end(): void }) => socket.end()],
    ["resets", (socket: { resetAndDestroy(): void }) => socket.resetAndDestroy()],
  ] as const)("H13 when it %s without a byte (router.md E4, 11.23)", async (_how, leave) => {
    await using rig = await Rig.open();
    const client = await rig.client(get());
    const dyno = await rig.dyno();
    await dyno.head();
    leave(dyno.socket);
    const sent = page(await client.rest());
    expect(await rig.event()).toMatchObject({
      code: "H13",
      desc: "Connection closed without response",
      status: 503,
      bytes: sent.bytes,
      dyno: "web.1",
      service: expect.any(Number),
    });
    expect(rig.checkins).toEqual([{ dyno: "web.1", end: "failed" }]);
  });

  it.each([
    ["now", 200],
    ["legacy", 503],
  ] as const)(
    "H18 in the middle of a body: era %s logs %i (router.md E5, 17.17, 17.10)",
    async (era, status) => {
      await using rig = await Rig.open({ era });
      const { client, dyno } = await rig.exchange(get(), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
      await client.head();
      await client.upTo("abc");
      dyno.socket.destroy();
      expect(await client.rest()).toBe("");
      expect(await rig.event()).toMatchObject({
        level: "error",
        code: "H18",
        desc: "Server Request Interrupted",
        sock: "backend",
        status,
        bytes: 3,
      });
    },
  );

  it("H18 with a page in the middle of a head (router.md 11.24)", async () => {
    await using rig = await Rig.open();
    const { client, dyno } = await rig.exchange(get(), "HTTP/1.1 200 OK\r\nX: ");
    dyno.socket.end();
    page(await client.rest());
    expect(await rig.event()).toMatchObject({ code: "H18", status: 503 });
  });

  it.each([
    ["11.3 no status line", "hello\r\n\r\n"],
    ["11.3 another protocol", "SSH-2.0-x\r\n"],
    ["11.3 two digits", "HTTP/1.1 20 OK\r\n\r\n"],
    ["3.14 LF for a line end", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"],
    ["17.14 a field without a colon", "HTTP/1.1 200 OK\r\nXy\r\n\r\n"],
    ["11.17 a folded line", "HTTP/1.1 200 OK\r\nX: 1\r\n 2\r\n\r\n"],
    ["16 a NUL in a value", "HTTP/1.1 200 OK\r\nX: \x00\r\n\r\n"],
    ["16 an unknown coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n"],
  ])("H17 for %s", async (_fact, answer) => {
    await using rig = await Rig.open();
    const { client } = await rig.exchange(get(), answer);
    page(await client.rest());
    expect(await rig.event()).toMatchObject({
      code: "H17",
      desc: "Poorly formatted HTTP response",
      status: 503,
    });
  });

  it.each([
    ["L15 a status line of 8193 bytes", `HTTP/1.1 200 ${"a".repeat(8180)}\r\n\r\n`, "oversized status line"],
    [
      "L16 a field line above 512 kB",
      `HTTP/1.1 200 OK\r\nX: ${"a".repeat(524_286)}\r\n\r\n`,
      "oversized header",
    ],
    [
      "L17 a cookie line of 8193 bytes",
      `HTTP/1.1 200 OK\r\nset-cookie: ${"a".repeat(8181)}\r\n\r\n`,
      "oversized cookie",
    ],
    [
      "11.11 two lengths",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "invalid content length",
    ],
    ["11.11 a list", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n", "invalid content length"],
    ["11.11 a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "invalid content length"],
  ])("H25 for %s", async (_fact, answer, words) => {
    await using rig = await Rig.open();
    const { client } = await rig.exchange(get(), answer);
    const sent = page(await client.rest());
    expect(sent.status).toBe(502);
    expect(await rig.event()).toMatchObject({
      code: "H25",
      desc: `HTTP restriction: ${words}`,
      status: 502,
      bytes: sent.bytes,
    });
  });

  it.each([
    ["L15 a status line of 8192 bytes", `HTTP/1.1 200 ${"a".repeat(8179)}\r\nContent-Length: 2\r\n\r\n~~`],
    [
      "L16 a field line of 512 kB",
      `HTTP/1.1 200 OK\r\nX: ${"a".repeat(524_285)}\r\nContent-Length: 2\r\n\r\n~~`,
    ],
    [
      "L17 a cookie line of 8192 bytes",
      `HTTP/1.1 200 OK\r\nset-cookie: ${"a".repeat(8180)}\r\nContent-Length: 2\r\n\r\n~~`,
    ],
    ["L18 any number of fields", `HTTP/1.1 200 OK\r\n${"X: 1\r\n".repeat(3000)}Content-Length: 2\r\n\r\n~~`],
    ["11.1 any three digits", "HTTP/1.1 666 Odd\r\nContent-Length: 2\r\n\r\n~~"],
    ["11.2 no phrase", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n~~"],
    ["11.2 an empty phrase", "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\n~~"],
  ])("relays %s", async (_fact, answer) => {
    await using rig = await Rig.open();
    const { client } = await rig.exchange(get(), answer);
    await client.upTo("~~");
    expect(await rig.event()).toMatchObject({ level: "info", code: undefined, bytes: 2 });
  });
});

describe("clients that leave (router.md E6, 8.23, 11.25)", () => {
  const H27 = { level: "warning", code: "H27", sock: "client", status: 499, bytes: undefined, dyno: "web.1" };

  it("H27 while the answer is awaited", async () => {
    await using rig = await Rig.open();
    const client = await rig.client(get());
    const dyno = await rig.dyno();
    await dyno.head();
    client.socket.destroy();
    expect(await rig.event()).toMatchObject(H27);
    expect(await dyno.rest()).toBe("");
  });

  it("H27 inside the request body", async () => {
    await using rig = await Rig.open();
    const client = await rig.client(post("ab", "Content-Length: 5"));
    const dyno = await rig.dyno();
    await dyno.upTo("ab");
    client.socket.destroy();
    expect(await rig.event()).toMatchObject(H27);
  });

  it("H27 inside the answer", async () => {
    await using rig = await Rig.open();
    const { client } = await rig.exchange(get(), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc");
    await client.upTo("abc");
    client.socket.destroy();
    expect(await rig.event()).toMatchObject(H27);
    expect(rig.events).toHaveLength(1);
  });
});
