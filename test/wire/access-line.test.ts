import { describe, expect, it } from "vitest";
import { ERAS, type EraName } from "../../src/heroku/eras.ts";
import { formatEvent } from "../../src/logplex/format-event.ts";
import { get, HOST, OK, Rig } from "./rig.ts";

const ID = "request-id-of-twenty-and-more";

/** A request of this target and these field lines, as the log has it; numbers of the clock masked. */
async function lineOf(era: EraName, target: string, ...fields: readonly string[]): Promise<string> {
  await using rig = await Rig.open({ era });
  const { client } = await rig.exchange(get(target, `X-Request-Id: ${ID}`, ...fields), OK);
  await client.upTo("~~");
  return formatEvent(await rig.event(), ERAS[era]).text.replaceAll(/=\d+ms/g, "=*ms");
}

describe("a request that went well", () => {
  it("heroku.md 3.8 now: protocol, tls, and no version without it (heroku.md 3.8.1, router.md 15.1, 15.2)", async () => {
    expect(await lineOf("now", "/x?q=1")).toBe(
      `at=info method=GET path="/x?q=1" host=app.localhost request_id=${ID} fwd="127.0.0.1" dyno=web.1 connect=*ms service=*ms status=200 bytes=2 protocol=http1.1 tls=false`,
    );
  });

  it("heroku.md 3.8 legacy: protocol alone (router.md 15.1)", async () => {
    expect(await lineOf("legacy", "/x?q=1")).toBe(
      `at=info method=GET path="/x?q=1" host=app.localhost request_id=${ID} fwd="127.0.0.1" dyno=web.1 connect=*ms service=*ms status=200 bytes=2 protocol=http`,
    );
  });
});

describe("what the client wrote", () => {
  it.each([
    [
      "all hops, in order (heroku.md 3.8.2, router.md 15.8)",
      "/",
      ["X-Forwarded-For: 1.2.3.4, 10.0.0.1", "X-Forwarded-For: 8.8.8.8"],
      'path="/" host=app.localhost',
      'fwd="1.2.3.4, 10.0.0.1, 8.8.8.8, 127.0.0.1"',
    ],
    [
      "a forged hop ends no quotes (router.md 15.8)",
      "/",
      ['X-Forwarded-For: " dyno=web.9 fwd="1.2.3.4'],
      'path="/" host=app.localhost',
      'fwd="%22 dyno=web.9 fwd=%221.2.3.4, 127.0.0.1"',
    ],
    [
      "a path, decoded (heroku.md 3.8.3)",
      "/api/Schlachter%201951/b%C3%BCcher?q=%E2%82%AC",
      [],
      'path="/api/Schlachter 1951/bücher?q=€" host=app.localhost',
      'fwd="127.0.0.1"',
    ],
    [
      "line ends and quotes stay encoded (heroku.md 3.8.3)",
      '/%0d%0aheroku[router]:%20at=info%22"',
      [],
      'path="/%0d%0aheroku[router]: at=info%22%22" host=app.localhost',
      'fwd="127.0.0.1"',
    ],
    [
      "what is no escape stays (heroku.md 3.8.3)",
      "/%zz%4/%ff\xff",
      [],
      'path="/%zz%4/%ff%FF" host=app.localhost',
      'fwd="127.0.0.1"',
    ],
  ])("era now: %s", async (_what, target, fields, path, fwd) => {
    const line = await lineOf("now", target, ...fields);
    expect(line).toContain(`method=GET ${path} request_id=${ID} ${fwd} dyno=web.1 `);
  });

  it.each([
    ["/a%20b%C3%BC?q=%22", "/a%20b%C3%BC?q=%22"],
    ['/"\\', "/%22%5C"],
    ["http://other.example.com/x#y", "/x"],
  ])("era legacy: the path of %s as it came", async (target, path) => {
    expect(await lineOf("legacy", target)).toContain(`method=GET path="${path}" host=app.localhost `);
  });
});

it("is written when the request ends, and not before (heroku.md 3.8.4)", async () => {
  await using rig = await Rig.open();
  const { client, dyno } = await rig.exchange(get(), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab");
  await client.upTo("ab");
  const { client: other } = await rig.exchange(get("/other"), OK);
  await other.upTo("~~");
  expect((await rig.event()).path).toBe("/other");
  expect(rig.events).toHaveLength(1);
  dyno.write("c");
  await client.upTo("c");
  expect(await rig.event()).toMatchObject({ path: "/", bytes: 3 });
});

describe("a page of the router's own", () => {
  it.each([
    ["counts in era now (heroku.md 3.8.7, router.md 15.9)", "now", "GET", "PAGE"],
    ["has no body for HEAD (heroku.md 3.8.7)", "now", "HEAD", "0"],
    ["is nothing in era legacy (heroku.md 3.8.7)", "legacy", "GET", ""],
  ] as const)("%s", async (_what, era, method, counted) => {
    await using rig = await Rig.open({
      era,
      checkout: () => ({ kind: "refused", reason: "crashed" }),
    });
    const client = await rig.client(`${method} / HTTP/1.1\r\n${HOST}Accept: application/json\r\n\r\n`);
    const answer = await client.rest();
    const page = answer.slice(answer.indexOf("\r\n\r\n") + 4);
    // JSON clients get HTML as well, and HEAD the length of what it would be. heroku.md 3.10
    expect(answer).toMatch(/\r\nContent-Type: text\/html; charset=utf-8\r\nContent-Length: [1-9]\d{2,}\r\n/);
    expect(page.length > 0).toBe(method === "GET");
    const { text } = formatEvent(await rig.event(), ERAS[era]);
    // What does not apply is empty. heroku.md 3.8.6
    const bytes = counted === "PAGE" ? String(page.length) : counted;
    expect(text).toContain(` dyno= connect= service= status=503 bytes=${bytes} protocol=`);
    expect(text).toMatch(/^at=error code=H10 desc="App crashed" method=/);
  });
});
