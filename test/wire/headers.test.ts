import { expect, it } from "vitest";
import { get, HOST, masked, OK, Rig } from "./rig.ts";

it("passes a plain request on and tells of it once (router.md 5.14, heroku.md 3.3, 3.4, 3.8)", async () => {
  await using rig = await Rig.open();
  const { client, toDyno } = await rig.exchange(get("/a?b=c", "user-agent: t", "ACCEPT: */*"), OK);
  expect(masked(toDyno, "X-Request-Id", "X-Request-Start")).toEqual([
    "GET /a?b=c HTTP/1.1",
    "Host: app.localhost",
    "User-Agent: t",
    "Accept: */*",
    "X-Request-Id: *",
    "X-Forwarded-For: 127.0.0.1",
    "X-Forwarded-Proto: http",
    "X-Forwarded-Port: 80",
    "Via: 1.1 heroku-router",
    "X-Request-Start: *",
  ]);
  expect(toDyno).toMatch(/X-Request-Id: [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\r\n/);
  expect(masked((await client.head()) + (await client.upTo("~~")), "Date")).toEqual([
    "HTTP/1.1 200 OK",
    "Server: Heroku",
    "Date: *",
    "Via: 1.1 heroku-router",
    'Nel: {"report_to":"heroku-nel","response_headers":["Via"],"max_age":3600,"success_fraction":0.01,"failure_fraction":0.1}',
    'Report-To: {"group":"heroku-nel","endpoints":[{"url":"https://nel.heroku.com/reports"}],"max_age":3600}',
    'Reporting-Endpoints: heroku-nel="https://nel.heroku.com/reports"',
    "Content-Length: 2",
    "~~",
  ]);
  const event = await rig.event();
  expect(event).toEqual({
    kind: "request",
    at: 1000,
    level: "info",
    sock: undefined,
    code: undefined,
    desc: undefined,
    cause: undefined,
    method: "GET",
    path: "/a?b=c",
    host: "app.localhost",
    requestId: /X-Request-Id: (\S+)/.exec(toDyno)?.[1],
    forwardedFor: "127.0.0.1",
    dyno: "web.1",
    connect: expect.any(Number),
    service: expect.any(Number),
    status: 200,
    bytes: 2,
    protocol: "http1.1",
    tls: false,
    tlsVersion: undefined,
  });
  expect(rig.checkins).toEqual([{ dyno: "web.1", end: "served" }]);
  expect(rig.events).toHaveLength(1);
  expect(rig.bugs).toEqual([]);
});

it("writes era legacy's fields (router.md 5.7 to 5.12, 5.14, 6.4, 6.5)", async () => {
  await using rig = await Rig.open({ era: "legacy" });
  const { client, toDyno } = await rig.exchange(get(), OK);
  expect(masked(toDyno, "X-Request-Id", "X-Request-Start", "Connect-Time", "Total-Route-Time")).toEqual([
    "GET / HTTP/1.1",
    "Host: app.localhost",
    "Connection: close",
    "X-Request-Id: *",
    "X-Forwarded-For: 127.0.0.1",
    "X-Forwarded-Proto: http",
    "X-Forwarded-Port: 80",
    "Via: 1.1 vegur",
    "Connect-Time: *",
    "X-Request-Start: *",
    "Total-Route-Time: *",
  ]);
  expect(toDyno).toMatch(
    /X-Request-Id: [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\r\n/,
  );
  expect(masked(await client.head(), "Date")).toEqual([
    "HTTP/1.1 200 OK",
    "Server: Cowboy",
    "Date: *",
    "Connection: keep-alive",
    "Via: 1.1 vegur",
    "Content-Length: 2",
  ]);
});

it("says https and 443 when told to (heroku.md 3.3)", async () => {
  await using rig = await Rig.open({ forwardedProto: "https" });
  const { toDyno } = await rig.exchange(get("/", "X-Forwarded-Proto: gopher", "X-Forwarded-Port: 1"), OK);
  expect(masked(toDyno).filter((line) => line.startsWith("X-Forwarded-P"))).toEqual([
    "X-Forwarded-Proto: https",
    "X-Forwarded-Port: 443",
  ]);
});

const TO_DYNO: readonly [fact: string, lines: string[], name: string, expected: string[]][] = [
  [
    "17.12 joins every X-Forwarded-For",
    ["X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: 2.2.2.2"],
    "X-Forwarded-For",
    ["X-Forwarded-For: 1.1.1.1, 2.2.2.2, 127.0.0.1"],
  ],
  ["5.7 extends Via", ["Via: 1.0 a", "Via: 1.1 b"], "Via", ["Via: 1.0 a, 1.1 b, 1.1 heroku-router"]],
  [
    "5.1 keeps a good request id",
    [`X-Request-Id: ${"a".repeat(20)}`],
    "X-Request-Id",
    [`X-Request-Id: ${"a".repeat(20)}`],
  ],
  [
    "5.9 replaces X-Request-Start",
    ["X-Request-Start: 1"],
    "X-Request-Start",
    [expect.stringMatching(/^X-Request-Start: \d{13}$/)],
  ],
  ["6.1 removes TE", ["TE: trailers"], "Te", []],
  ["6.1 removes Keep-Alive", ["Keep-Alive: 5"], "Keep-Alive", []],
  ["6.1 removes Proxy-Authorization", ["Proxy-Authorization: x"], "Proxy-Authorization", []],
  ["17.13 strips what Connection names", ["Connection: x-a, close", "X-A: 1"], "X-A", []],
  ["removes Upgrade without its pair (heroku.md 3.3.5)", ["Upgrade: websocket"], "Upgrade", []],
  ["5.6 passes X-Forwarded-Host", ["X-Forwarded-Host: e"], "X-Forwarded-Host", ["X-Forwarded-Host: e"]],
  ["4.2 keeps repeated fields in order", ["Cookie: a", "Cookie: b"], "Cookie", ["Cookie: a", "Cookie: b"]],
  ["9.11 passes over an empty Expect", ["Expect:"], "Expect", []],
];

it.each(TO_DYNO)("toward the dyno: %s", async (_fact, lines, name, expected) => {
  await using rig = await Rig.open();
  const { toDyno } = await rig.exchange(get("/", ...lines), OK);
  expect(masked(toDyno).filter((line) => line.startsWith(`${name}:`))).toEqual(expected);
});

it.each([
  ["too short", "a".repeat(19)],
  ["too long", "a".repeat(201)],
  ["other characters", "a".repeat(20) + "_"],
])("replaces a request id that is %s (router.md 5.1)", async (_why, id) => {
  await using rig = await Rig.open();
  const { toDyno } = await rig.exchange(get("/", `X-Request-Id: ${id}`), OK);
  expect(toDyno).not.toContain(id);
});

const TO_CLIENT: readonly [fact: string, lines: string[], name: string, expected: string[]][] = [
  ["5.12 leaves the app's Server", ["Server: mine"], "Server", ["Server: mine"]],
  ["5.12 leaves the app's Date", ["Date: then"], "Date", ["Date: then"]],
  ["5.8 extends Via", ["Via: 1.1 x"], "Via", ["Via: 1.1 x, 1.1 heroku-router"]],
  [
    "11.20 keeps cookies apart",
    ["Set-Cookie: a=1", "set-cookie: b=2"],
    "Set-Cookie",
    ["Set-Cookie: a=1", "Set-Cookie: b=2"],
  ],
  ["6.1 removes Keep-Alive and Connection", ["Connection: close", "Keep-Alive: 1"], "Connection", []],
  ["11.10 merges equal lengths", ["Content-Length: 2"], "Content-Length", ["Content-Length: 2"]],
  ["leaves the app's own NEL (heroku.md 3.4.2)", ["NEL: {}"], "Nel", ["Nel: {}"]],
  ["11.18 mends a space before the colon", ["X-B : 1"], "X-B", ["X-B: 1"]],
];

it.each(TO_CLIENT)("toward the client: %s", async (_fact, lines, name, expected) => {
  await using rig = await Rig.open();
  const answer = `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join("")}Content-Length: 2\r\n\r\n~~`;
  const { client } = await rig.exchange(get(), answer);
  expect(masked(await client.head()).filter((line) => line.startsWith(`${name}:`))).toEqual(expected);
});

it("lowers the Host and keeps its port; the log shows the name alone (router.md 4.13, 17.3)", async () => {
  await using rig = await Rig.open();
  const { toDyno } = await rig.exchange("GET / HTTP/1.1\r\nX: 1\r\nHost: APP.localhost:5000\r\n\r\n", OK);
  expect(toDyno.split("\r\n")[1]).toBe("Host: app.localhost:5000");
  expect(await rig.event()).toMatchObject({ host: "app.localhost" });
});

it.each([
  ["3.5 throws an authority away", "GET http://other/p?q HTTP/1.1", "GET /p?q HTTP/1.1"],
  ["3.6 passes the asterisk", "OPTIONS * HTTP/1.1", "OPTIONS * HTTP/1.1"],
  ["3.7 keeps odd bytes", "GET /%zz/../a\xe9?x HTTP/1.1", "GET /%zz/../a\xe9?x HTTP/1.1"],
  ["3.7 drops an empty query's mark", "GET /a? HTTP/1.1", "GET /a HTTP/1.1"],
  ["3.8 drops a fragment", "GET /a?b#c HTTP/1.1", "GET /a?b HTTP/1.1"],
  ["3.1 keeps any method", "bReW /a HTTP/1.1", "bReW /a HTTP/1.1"],
  ["7.1 speaks 1.1 for a 1.0 client", "GET /a HTTP/1.0", "GET /a HTTP/1.1"],
])("request line: %s", async (_fact, line, expected) => {
  await using rig = await Rig.open();
  const { toDyno } = await rig.exchange(`${line}\r\n${HOST}\r\n`, OK);
  expect(toDyno.split("\r\n")[0]).toBe(expected);
});
