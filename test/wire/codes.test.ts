import { afterAll, describe, expect, it } from "vitest";
import { ERAS, type EraName } from "../../src/heroku/eras.ts";
import { ROUTER_CODES } from "../../src/heroku/router-codes.ts";
import { AsyncDisposables } from "../../src/kernel/disposables.ts";
import { millis } from "../../src/kernel/units.ts";
import { formatEvent } from "../../src/logplex/format-event.ts";
import type { Checkout, Refusal } from "../../src/router/backends.ts";
import { closedPort, fullBacklog, leaseOf } from "./dead-ports.ts";
import { get, HOST, post, Rig, type RigOptions } from "./rig.ts";
import { TestAuthority } from "./tls-rig.ts";

const authority = new TestAuthority();
afterAll(() => authority.remove());

/** A page of ours, by status and title; or nothing, for the connection was cut, or there was nobody to read it. */
type Got = readonly [status: number, title: string] | "cut" | "gone";

interface Case {
  /** Code, and what brings it about. */
  readonly what: string;
  readonly options?: RigOptions | ((onEnd: (clean: () => void) => void) => Promise<RigOptions>);
  /** Brings it about; gives what the client got, up to the end of its connection. */
  readonly act: (rig: Rig) => Promise<string>;
  readonly got: Got;
  /**
   * The access line. `…` is what comes of the request itself, `*` any number, PAGE the length of the page that the client
   * got; protocol fields follow by themselves.
   */
  readonly now: string;
  readonly legacy: string;
}

const ERROR = "Application Error";
const OPEN = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";

const CASES: readonly Case[] = [
  refused("H10 when every web dyno is crashed", "crashed", 'at=error code=H10 desc="App crashed"'),
  {
    what: "H11 above 200 requests for each web dyno",
    options: { limits: { requestsPerDyno: 1 } },
    act: async (rig) => {
      await rig.client(get("/first"));
      await (await rig.dyno()).head();
      return asks(rig);
    },
    got: [503, ERROR],
    now: 'at=error code=H11 desc="Backlog too deep" … dyno= connect= service= status=503 bytes=PAGE',
    legacy: 'at=error code=H11 desc="Backlog too deep" … dyno= connect= service= status=503 bytes=',
  },
  {
    what: "H12 when the dyno says nothing",
    options: { limits: { firstByte: millis(60) } },
    act: asks,
    got: [503, ERROR],
    now: 'at=error code=H12 desc="Request timeout" … dyno=web.1 connect=*ms service=60ms status=503 bytes=PAGE',
    legacy:
      'at=error code=H12 desc="Request timeout" … dyno=web.1 connect=*ms service=60ms status=503 bytes=0',
  },
  {
    what: "H13 when the dyno closes without a byte",
    act: (rig) => answered(rig, "", "end"),
    got: [503, ERROR],
    now: 'at=error code=H13 desc="Connection closed without response" … dyno=web.1 connect=*ms service=*ms status=503 bytes=PAGE',
    legacy:
      'at=error code=H13 desc="Connection closed without response" … dyno=web.1 connect=*ms service=*ms status=503 bytes=0',
  },
  refused(
    "H14 when there is no web dyno",
    "no-web-dynos",
    'at=error code=H14 desc="No web processes running"',
  ),
  {
    what: "H15 when the dyno falls silent in its answer",
    options: { limits: { idle: millis(80) } },
    act: (rig) => answered(rig, `${OPEN}abc`),
    got: "cut",
    now: 'at=error code=H15 desc="Idle connection" … dyno=web.1 connect=*ms service=*ms status=503 bytes=3',
    legacy:
      'at=error code=H15 desc="Idle connection" … dyno=web.1 connect=*ms service=*ms status=503 bytes=3',
  },
  {
    what: "H17 when the answer is no HTTP",
    act: (rig) => answered(rig, "hello\r\n\r\n"),
    got: [503, ERROR],
    now: 'at=error code=H17 desc="Poorly formatted HTTP response" … dyno=web.1 connect=*ms service=*ms status=503 bytes=PAGE',
    legacy:
      'at=error code=H17 desc="Poorly formatted HTTP response" … dyno=web.1 connect=*ms service=*ms status=503 bytes=0',
  },
  {
    what: "H18 when the dyno breaks off its answer",
    act: (rig) => answered(rig, `${OPEN}abc`, "end"),
    got: "cut",
    now: 'sock=backend at=error code=H18 desc="Server Request Interrupted" … dyno=web.1 connect=*ms service=*ms status=200 bytes=3',
    legacy:
      'sock=backend at=error code=H18 desc="Server Request Interrupted" … dyno=web.1 connect=*ms service=*ms status=503 bytes=3',
  },
  {
    what: "H19 when no dyno takes the connection in time",
    options: async (onEnd) => {
      const full = await fullBacklog();
      onEnd(full.close);
      return {
        limits: { connect: millis(50), connectAttempts: 2 },
        checkout: (tried) => ({ kind: "leased", lease: leaseOf(tried.size + 1, full.port) }),
      };
    },
    act: asks,
    got: [503, ERROR],
    now: 'at=error code=H19 desc="Backend connection timeout" … dyno=web.2 connect=*ms service= status=503 bytes=PAGE',
    legacy:
      'at=error code=H19 desc="Backend connection timeout" … dyno=web.2 connect=*ms service= status=503 bytes=',
  },
  refused("H20 when no dyno comes up in time", "boot-timeout", 'at=error code=H20 desc="App boot timeout"'),
  {
    what: "H21 when no dyno takes the connection",
    options: async () => {
      const closed = await closedPort();
      return { checkout: (tried) => ({ kind: "leased", lease: leaseOf(tried.size + 1, closed) }) };
    },
    act: asks,
    got: [503, ERROR],
    now: 'at=error code=H21 desc="Backend connection refused" … dyno=web.10 connect=*ms service= status=503 bytes=PAGE',
    legacy:
      'at=error code=H21 desc="Backend connection refused" … dyno=web.10 connect=*ms service= status=503 bytes=',
  },
  {
    what: "H25 when a field of the answer is too long",
    act: (rig) => answered(rig, `HTTP/1.1 200 OK\r\nSet-Cookie: ${"a".repeat(8192)}\r\n\r\n`),
    got: [502, ERROR],
    now: 'at=error code=H25 desc="HTTP restriction: oversized cookie" … dyno=web.1 connect=*ms service=*ms status=502 bytes=PAGE',
    legacy:
      'at=error code=H25 desc="HTTP restriction: oversized cookie" … dyno=web.1 connect=*ms service=*ms status=502 bytes=PAGE',
  },
  {
    what: "H26 for an expectation that nobody meets, and without the code in era now (router.md 17.16, 15.6)",
    act: (rig) => asks(rig, get("/", "Expect: 200-ok")),
    got: [417, ""],
    now: "at=info … dyno= connect= service= status=417 bytes=0",
    legacy:
      'at=error code=H26 desc="Request Error" cause="unsupported expect header value" … dyno= connect= service= status=417 bytes=',
  },
  {
    what: "H27 when the client leaves",
    act: async (rig) => {
      const client = await rig.client(get());
      await (await rig.dyno()).head();
      client.socket.destroy();
      return "";
    },
    got: "gone",
    now: 'sock=client at=warning code=H27 desc="Client Request Interrupted" … dyno=web.1 connect=*ms service=*ms status=499 bytes=',
    legacy:
      'sock=client at=warning code=H27 desc="Client Request Interrupted" … dyno=web.1 connect=*ms service=*ms status=499 bytes=',
  },
  {
    what: "H28 when the client falls silent in its request",
    options: { limits: { idle: millis(80) } },
    act: async (rig) => (await rig.client(post("ab", "Content-Length: 5"))).rest(),
    got: "gone",
    now: 'at=warning code=H28 desc="Client Connection Idle" … dyno=web.1 connect=*ms service=*ms status=499 bytes=',
    legacy:
      'at=warning code=H28 desc="Client Connection Idle" … dyno=web.1 connect=*ms service=*ms status=499 bytes=',
  },
  {
    what: "H31 when Host is not the name of the handshake (router.md 15.7)",
    options: { certificates: authority.certificates },
    act: async (rig) =>
      (await authority.client(rig, "localhost", get("/", 'User-Agent: curl/8 "x"'), TRUSTING)).rest(),
    got: [421, ERROR],
    now: 'at=error code=H31 desc="Misdirected Request" … dyno= connect= service= status=421 bytes=PAGE protocol=http1.1 tls=true tls_version=unknown agent="curl/8 %22x%22"',
    legacy:
      'at=error code=H31 desc="Misdirected Request" … dyno= connect= service= status=421 bytes= protocol=https agent="curl/8 %22x%22"',
  },
  {
    ...refused(
      "H34 when every dyno is quarantined, H99 before there was one (router.md 17.19)",
      "quarantined",
      'at=error code=H34 desc="All up dynos are quarantined"',
    ),
    legacy: 'at=error code=H99 desc="Platform error" … dyno= connect= service= status=503 bytes=',
  },
  {
    what: "H80 in maintenance, whatever the dynos do (router.md 15.5)",
    options: {
      inMaintenance: true,
      checkout: () => {
        throw new Error("asked for a dyno");
      },
    },
    act: asks,
    got: [503, "Offline for Maintenance"],
    now: 'at=info code=H80 desc="Maintenance mode" … dyno= connect= service= status=503 bytes=PAGE',
    legacy: 'at=info code=H80 desc="Maintenance mode" … dyno= connect= service= status=503 bytes=',
  },
  {
    ...refused(
      "H81 when nothing was deployed (router.md 17.18)",
      "blank-app",
      'at=info code=H81 desc="Blank app"',
      502,
    ),
    got: [502, "Blank app"],
  },
  {
    ...refused("H82 when the dyno hours are used up", "hours-exhausted", ""),
    now: `at=info code=H82 desc="You've used up your dyno hour pool" … dyno= connect= service= status=503 bytes=PAGE`,
    legacy: `at=info code=H82 desc="Free app running time quota exhausted" … dyno= connect= service= status=503 bytes=`,
  },
  {
    ...refused("H99 when dynosim itself fails", "crashed", 'at=error code=H99 desc="Platform error"'),
    options: {
      checkout: () => {
        throw new Error("planted");
      },
    },
  },
];

/** Codes of the table that no request of this folder brings about, and who holds them. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ["H24", "the router's own end: router-end.test.ts"],
  ["H33", "a stream of HTTP/2: http2.test.ts"],
]);

const TRUSTING = { checkServerIdentity: () => undefined };

describe.each(["now", "legacy"] as const)(
  "each code from a socket to its line, era %s (heroku.md 3.8.6, 3.8.7, 3.8.8, router.md E18, 15.3, 15.4)",
  (era) => {
    it.each(CASES)("$what", async ({ options = {}, act, got, ...lines }) => {
      await using cleanup = new AsyncDisposables();
      const onEnd = (clean: () => void): void => cleanup.defer(async () => clean());
      const settled = typeof options === "function" ? await options(onEnd) : options;
      await using rig = await Rig.open({ ...settled, era });
      const answer = await act(rig);
      const event = await rig.event();
      const page = answer.split("\r\n\r\n").slice(1).join("\r\n\r\n");
      if (typeof got === "string") {
        expect(answer).not.toContain("<title>");
        expect(answer).toMatch(got === "cut" ? /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nabc$/ : /^$/);
      } else {
        const [status, title] = got;
        expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [A-Z]`));
        expect(answer).toContain(`\r\nContent-Length: ${page.length}\r\n`);
        expect(/<title>(.*)<\/title>/.exec(page)?.[1] ?? "").toBe(title);
        // A browser of another origin sees a CORS error instead. heroku.md 3.10
        expect(answer).not.toMatch(/access-control/i);
      }
      const { text } = formatEvent(event, ERAS[era]);
      expect(masked(text, event.method)).toBe(lineOf(lines[era], era).replace("PAGE", String(page.length)));
      expect(rig.bugs).toHaveLength(lines.now.includes("code=H99") ? 1 : 0);
    });
  },
);

it("there is a case for each code that the router has", () => {
  const named = CASES.map(({ what }) => what.slice(0, 3));
  expect(Object.keys(ROUTER_CODES).filter((code) => !named.includes(code) && !ELSEWHERE.has(code))).toEqual(
    [],
  );
});

function refused(what: string, reason: Refusal, start: string, status = 503): Case {
  return {
    what,
    options: { checkout: (): Checkout => ({ kind: "refused", reason }) },
    act: asks,
    got: [status, ERROR],
    now: `${start} … dyno= connect= service= status=${status} bytes=PAGE`,
    legacy: `${start} … dyno= connect= service= status=${status} bytes=`,
  };
}

async function asks(rig: Rig, request = get()): Promise<string> {
  return (await rig.client(request)).rest();
}

/** The dyno's part: it says this, and ends if it is to. */
async function answered(rig: Rig, answer: string, then?: "end"): Promise<string> {
  const client = await rig.client(get());
  const dyno = await rig.dyno();
  await dyno.head();
  if (answer !== "") dyno.write(answer);
  if (then === "end") dyno.socket.end();
  return client.rest();
}

/** The line with what differs from run to run, and what comes of the request, taken out. */
function masked(line: string, method: string): string {
  const request = `method=${method} path="/" host=${HOST.slice("Host: ".length, -2)} request_id=`;
  return line
    .replace(new RegExp(`${request}[0-9a-f-]{36} fwd="127\\.0\\.0\\.1"`), "…")
    .replace(/connect=\d+ms/, "connect=*ms")
    .replace(
      line.includes("code=H12") ? /$/ : /service=\d+ms/,
      line.includes("code=H12") ? "" : "service=*ms",
    );
}

function lineOf(line: string, era: EraName): string {
  if (line.includes("protocol=")) return line;
  return `${line} ${era === "now" ? "protocol=http1.1 tls=false" : "protocol=http"}`;
}
