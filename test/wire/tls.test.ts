import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { connect, type LookupFunction } from "node:net";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { ERAS } from "../../src/heroku/eras.ts";
import { millis } from "../../src/kernel/units.ts";
import { formatEvent } from "../../src/logplex/format-event.ts";
import { Peer } from "./peer.ts";
import { get, HOST, OK } from "./rig.ts";
import { DOMAIN, getFrom, TestAuthority } from "./tls-rig.ts";

const authority = new TestAuthority();
afterAll(() => authority.remove());

const toLoopback: LookupFunction = (_, options, done) =>
  options.all === true ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);

describe("HTTPS on the port of HTTP", () => {
  it.each([
    ["an app's own name", "app.localhost", "app.localhost"],
    ["a custom domain", DOMAIN, DOMAIN],
    ["any case of it", "WWW.Example.COM", DOMAIN],
    ["localhost, for a name that is not of this app", "other.example.com", "localhost"],
  ])("shows a certificate for %s", async (_, servername, subject) => {
    await using rig = await authority.rig();
    const socket = await authority.connect(rig, servername, { checkServerIdentity: () => undefined });
    expect(socket.authorized).toBe(true);
    expect(socket.getPeerCertificate().subject.CN).toBe(subject);
    socket.destroy();
  });

  it("shows the one for localhost to a client that names no host", async () => {
    await using rig = await authority.rig();
    const socket = await authority.connect(rig, "", { host: "127.0.0.1" });
    expect(socket.authorized).toBe(true);
    expect(socket.getPeerCertificate().subjectaltname).toBe(
      "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1",
    );
    socket.destroy();
  });

  it("tells the app, in plain HTTP, of https and port 443, whatever the client claims (heroku.md 3.6.6)", async () => {
    await using rig = await authority.rig();
    const request = get("/", "X-Forwarded-Proto: http", "X-Forwarded-Port: 80");
    const client = await authority.client(rig, "app.localhost", request);
    const dyno = await rig.dyno();
    const head = await dyno.head();
    expect(head).toContain("X-Forwarded-Proto: https\r\nX-Forwarded-Port: 443\r\n");
    dyno.write(OK);
    expect(await client.upTo("~~")).toContain("HTTP/1.1 200 OK");
  });

  it("tells of http and port 80 beside it, on the same port", async () => {
    await using rig = await authority.rig();
    await rig.client(get());
    const head = await (await rig.dyno()).head();
    expect(head).toContain("X-Forwarded-Proto: http\r\nX-Forwarded-Port: 80\r\n");
  });

  it("adds the client's address to what it claims: only the last can be trusted. heroku.md 3.3", async () => {
    await using rig = await authority.rig();
    const claims = ["X-Forwarded-For: 127.0.0.1", "X-Forwarded-For: 8.8.8.8, 10.0.0.1"];
    await authority.client(rig, "app.localhost", get("/", ...claims));
    expect(await (await rig.dyno()).head()).toContain(
      "X-Forwarded-For: 127.0.0.1, 8.8.8.8, 10.0.0.1, 127.0.0.1\r\n",
    );
  });

  it("keeps the connection for further requests", async () => {
    await using rig = await authority.rig();
    const client = await authority.client(rig, "app.localhost", get("/one") + get("/two"));
    const dyno = await rig.dyno();
    for (const path of ["/one", "/two"]) {
      expect(await dyno.head()).toContain(`GET ${path} HTTP/1.1`);
      dyno.write(OK);
      await client.upTo("~~");
    }
  });

  it("passes large bodies both ways, and an upgrade", async () => {
    await using rig = await authority.rig();
    const body = "x".repeat(3_000_000);
    const client = await authority.client(
      rig,
      "app.localhost",
      `POST / HTTP/1.1\r\n${HOST}Content-Length: ${body.length}\r\n\r\n${body}${get("/ws", "Connection: Upgrade", "Upgrade: websocket")}`,
    );
    const dyno = await rig.dyno();
    await dyno.head();
    expect((await dyno.upTo(body)).length).toBe(body.length);
    dyno.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    await client.head();
    expect((await client.upTo(body)).length).toBe(body.length);
    const next = await rig.next(dyno);
    await next.head();
    next.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello");
    expect(await client.upTo("hello")).toContain("101 Switching Protocols");
    client.write("there");
    expect(await next.upTo("there")).toBe("there");
  });
});

describe("a websocket over TLS", () => {
  it.each(["app.localhost", DOMAIN])("at %s is a byte pipe, in HTTP/1.1 (router.md 10.5)", async (host) => {
    await using rig = await authority.rig();
    const ca = await authority.cert();
    const socket = new WebSocket(`wss://${host}:${rig.port}/ws`, { ca, lookup: toLoopback });
    const opened = new Promise((resolve) => socket.once("open", resolve));
    const dyno = await rig.dyno();
    const head = await dyno.head();
    expect(head).toContain("X-Forwarded-Proto: https\r\n");
    const key = /Sec-Websocket-Key: (\S+)/.exec(head)?.[1] ?? "";
    const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    dyno.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    await opened;
    const heard = new Promise((resolve) =>
      socket.once("message", (data: Buffer) => resolve(data.toString())),
    );
    dyno.write("\x81\x05hello");
    expect(await heard).toBe("hello");
    socket.terminate();
    expect(await rig.event()).toMatchObject({ status: 101, protocol: "http1.1", tls: true });
  });
});

describe("a session that is resumed", () => {
  it("is served like the first, with the name of its own handshake", async () => {
    await using rig = await authority.rig();
    const first = await authority.connect(rig, DOMAIN);
    const session = await new Promise<Buffer>((resolve) => first.once("session", resolve));
    first.destroy();
    const second = await authority.connect(rig, DOMAIN, { session });
    expect(second.isSessionReused()).toBe(true);
    const client = new Peer(second);
    client.write(getFrom("app.localhost"));
    expect(await client.head()).toContain("421 Misdirected Request");
  });
});

describe("the access line over TLS (heroku.md 3.8.1)", () => {
  it.each([
    ["now", "app.localhost", undefined, "protocol=http1.1 tls=true tls_version=unknown"],
    ["now", DOMAIN, undefined, "protocol=http1.1 tls=true tls_version=tls1.3"],
    ["now", DOMAIN, "TLSv1.2", "protocol=http1.1 tls=true tls_version=tls1.2"],
    ["legacy", DOMAIN, undefined, "protocol=https"],
  ] as const)("in era %s for %s with %s", async (era, host, maxVersion, end) => {
    await using rig = await authority.rig({ era });
    const options = maxVersion === undefined ? {} : { maxVersion };
    const client = await authority.client(rig, host, getFrom(host), options);
    (await rig.dyno()).write(OK);
    await client.upTo("~~");
    expect(formatEvent(await rig.event(), ERAS[era]).text.endsWith(` bytes=2 ${end}`)).toBe(true);
  });

  it("says tls=false for plain HTTP, with no version", async () => {
    await using rig = await authority.rig();
    await rig.exchange(getFrom(DOMAIN), OK);
    expect(formatEvent(await rig.event(), ERAS.now).text).toMatch(/ protocol=http1.1 tls=false$/);
  });
});

describe("names that disagree", () => {
  it("is H31, with the client's agent, when Host is not the name of the handshake (heroku.md 3.9 H31)", async () => {
    await using rig = await authority.rig();
    const client = await authority.client(rig, DOMAIN, getFrom("app.localhost", "/", "User-Agent: front/1"));
    expect(await client.head()).toContain("HTTP/1.1 421 Misdirected Request");
    const line = formatEvent(await rig.event(), ERAS.now).text;
    expect(line).toContain('at=error code=H31 desc="Misdirected Request"');
    expect(line).toContain(' tls=true tls_version=unknown agent="front/1"');
    expect(rig.dynoConnections).toBe(0);
  });

  it("is no trouble when the handshake named no host", async () => {
    await using rig = await authority.rig();
    await authority.client(rig, "", getFrom("app.localhost"), { host: "127.0.0.1" });
    expect(await (await rig.dyno()).head()).toContain("Host: app.localhost");
  });

  it("is no such app when Host is unknown", async () => {
    await using rig = await authority.rig();
    const client = await authority.client(rig, DOMAIN, getFrom("nobody.example.com"));
    expect(await client.head()).toContain("HTTP/1.1 404 Not Found");
  });
});

describe("protocols offered (heroku.md 3.6.3)", () => {
  it.each([
    ["app.localhost", ["h2", "http/1.1"], {}, "http/1.1"],
    [DOMAIN, ["http/1.1"], {}, "http/1.1"],
    [DOMAIN, ["h2", "http/1.1"], { era: "legacy" }, "http/1.1"],
    [DOMAIN, ["h2", "http/1.1"], { features: ["http-disable-http2"] }, "http/1.1"],
    [DOMAIN, ["http/1.0"], {}, "http/1.0"],
  ] as const)("%s of %j with %j", async (name, offered, options, chosen) => {
    await using rig = await authority.rig(options);
    const socket = await authority.connect(rig, name, { ALPNProtocols: [...offered] });
    expect(socket.alpnProtocol).toBe(chosen);
    socket.destroy();
  });

  it("refuses a client that wants HTTP/2 alone where there is none", async () => {
    await using rig = await authority.rig();
    const refused = authority.connect(rig, "app.localhost", { ALPNProtocols: ["h2"] });
    await expect(refused).rejects.toThrow(/no application protocol/i);
  });

  it("refuses TLS 1.1", async () => {
    await using rig = await authority.rig();
    const options = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    await expect(authority.connect(rig, DOMAIN, options)).rejects.toThrow(/protocol version/i);
  });
});

describe("bytes that are no handshake", () => {
  it.each([
    ["a record of rubbish", Buffer.from("1603010005ffffffffff", "hex")],
    ["a record that claims too much", Buffer.from("160301ffff01", "hex")],
    ["one byte and the end", Buffer.from("16", "hex")],
  ])("%s closes the connection, and others are served", async (_, bytes) => {
    await using rig = await authority.rig({ limits: { requestHead: millis(100) } });
    const socket = connect(rig.port, "127.0.0.1").resume();
    const closed = new Promise((resolve) => socket.on("error", () => {}).on("close", resolve));
    socket.write(bytes);
    await closed;
    const client = await authority.client(rig, DOMAIN, getFrom(DOMAIN));
    (await rig.dyno()).write(OK);
    expect(await client.upTo("~~")).toContain("200 OK");
    expect(rig.events).toHaveLength(1);
    expect(rig.bugs).toEqual([]);
  });

  it("is refused as ever where HTTPS is not spoken", async () => {
    await using rig = await authority.rig({ certificates: { certificateFor: async () => undefined } });
    await expect(authority.connect(rig, "app.localhost")).rejects.toThrow(/disconnected|ECONNRESET/);
    const client = await rig.client(get());
    (await rig.dyno()).write(OK);
    expect(await client.upTo("~~")).toContain("200 OK");
  });

  it("contains a fault of whoever makes certificates: it is told, and plain HTTP goes on", async () => {
    const fault = new Error("no certificates today");
    await using rig = await authority.rig({ certificates: { certificateFor: () => Promise.reject(fault) } });
    await expect(authority.connect(rig, DOMAIN)).rejects.toThrow(/disconnected|ECONNRESET/);
    expect(rig.bugs).toEqual([fault]);
    const client = await rig.client(get());
    (await rig.dyno()).write(OK);
    expect(await client.upTo("~~")).toContain("200 OK");
  });

  it("survives a client that leaves in the middle of its handshake", async () => {
    await using rig = await authority.rig();
    const hello = Buffer.from("1603010100010000fc0303", "hex");
    const socket = connect(rig.port, "127.0.0.1");
    await new Promise<void>((resolve) => socket.write(hello, () => resolve()));
    socket.resetAndDestroy();
    const client = await authority.client(rig, DOMAIN, getFrom(DOMAIN));
    (await rig.dyno()).write(OK);
    expect(await client.upTo("~~")).toContain("200 OK");
    expect(rig.bugs).toEqual([]);
  });
});

describe("curl", () => {
  it.each([
    ["app.localhost", "HTTP/1.1 200"],
    [DOMAIN, "HTTP/1.1 200"],
  ])("trusts it for %s with --cacert", async (host, status) => {
    await using rig = await authority.rig();
    await authority.cert();
    const url = `https://${host}:${rig.port}/`;
    const resolve = `${host}:${rig.port}:127.0.0.1`;
    const asked = promisify(execFile)("curl", [
      "-sSi",
      "--http1.1",
      "--noproxy",
      "*",
      "--cacert",
      authority.path,
      "--resolve",
      resolve,
      url,
    ]);
    const dyno = await rig.dyno();
    expect(await dyno.head()).toContain(`Host: ${host}:${rig.port}\r\n`);
    dyno.write(OK);
    expect((await asked).stdout).toContain(status);
  });
});
