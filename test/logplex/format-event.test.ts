import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ERAS } from "../../src/heroku/eras.ts";
import type { DynoEvent, RequestEvent } from "../../src/heroku/events.ts";
import type { DynoName, RequestId } from "../../src/heroku/names.ts";
import { bytes, instant, mebibytes, millis } from "../../src/kernel/units.ts";
import { formatEvent } from "../../src/logplex/format-event.ts";
import { formatLine } from "../../src/logplex/format-line.ts";

const at = instant(Date.UTC(2021, 0, 7, 18, 26, 10, 388) + 0.151);
const dyno = "web.1" as DynoName;
const id = "heroku.2808254.d97d0ea7-cf3d-411b-b453-d2943a50b456";
/** What an engine may not tell is left out. */
const UNKNOWN = { cache: undefined, swap: undefined, pagesIn: undefined, pagesOut: undefined };

type Sentence = [DynoEvent extends infer E ? (E extends DynoEvent ? Omit<E, "dyno"> : never) : never, string];

describe("Heroku's sentences (heroku.md 2.8)", () => {
  const table: Sentence[] = [
    [{ kind: "starting-process", command: "npm start" }, "Starting process with command `npm start`"],
    [{ kind: "state-changed", from: "starting", to: "up" }, "State changed from starting to up"],
    [{ kind: "process-exited", status: 143 }, "Process exited with status 143"],
    [{ kind: "stopping", how: "sigterm" }, "Stopping all processes with SIGTERM"],
    [{ kind: "stopping", how: "sigkill" }, "Stopping process with SIGKILL"],
    [{ kind: "stopping", how: "sigkill-rest" }, "Stopping remaining processes with SIGKILL"],
    [{ kind: "restarting" }, "Restarting"],
    [{ kind: "cycling" }, "Cycling"],
    [{ kind: "idling" }, "Idling"],
    [{ kind: "unidling" }, "Unidling"],
    [{ kind: "awaiting-client" }, "Awaiting client"],
    [{ kind: "client-gone" }, "Client connection closed. Sending SIGHUP to all processes"],
    [
      { kind: "memory", used: bytes(mebibytes(872) - 1), quota: mebibytes(512) },
      "Process running mem=871M(170.3%)",
    ],
    [
      { kind: "dyno-error", code: "R10" },
      "Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch",
    ],
    [
      { kind: "dyno-error", code: "R12" },
      "Error R12 (Exit timeout) -> At least one process failed to exit within 30 seconds of SIGTERM",
    ],
    [{ kind: "dyno-error", code: "R14" }, "Error R14 (Memory quota exceeded)"],
    [{ kind: "dyno-error", code: "R15" }, "Error R15 (Memory quota vastly exceeded)"],
    [
      { kind: "load-metrics", id, load: { oneMinute: 2.456, fiveMinutes: 1.06, fifteenMinutes: 0.99 } },
      `source=web.1 dyno=${id} sample#load_avg_1m=2.46 sample#load_avg_5m=1.06 sample#load_avg_15m=0.99`,
    ],
    [
      { kind: "load-metrics", id, load: { oneMinute: 0, fiveMinutes: undefined, fifteenMinutes: undefined } },
      `source=web.1 dyno=${id} sample#load_avg_1m=0.00`,
    ],
    [
      {
        kind: "memory-metrics",
        id,
        memory: {
          rss: mebibytes(21.22),
          cache: mebibytes(3),
          swap: mebibytes(0),
          pagesIn: 348_836,
          pagesOut: 343_403,
          quota: mebibytes(512),
        },
      },
      `source=web.1 dyno=${id} sample#memory_total=24.22MB sample#memory_rss=21.22MB sample#memory_cache=3.00MB sample#memory_swap=0.00MB sample#memory_pgpgin=348836pages sample#memory_pgpgout=343403pages sample#memory_quota=512.00MB`,
    ],
    [
      { kind: "memory-metrics", id, memory: { ...UNKNOWN, rss: mebibytes(40), quota: mebibytes(1024) } },
      `source=web.1 dyno=${id} sample#memory_total=40.00MB sample#memory_rss=40.00MB sample#memory_quota=1024.00MB`,
    ],
  ];
  it.each(table)("%j", (event, text) => {
    const line = formatEvent({ ...event, dyno, at }, ERAS.now);
    expect(formatLine(line)).toBe(`2021-01-07T18:26:10.388151+00:00 heroku[web.1]: ${text}`);
  });
});

const REQUEST: RequestEvent = {
  kind: "request",
  at,
  level: "info",
  sock: undefined,
  code: undefined,
  desc: undefined,
  cause: undefined,
  method: "GET",
  path: "/api/Schlachter%201951/books?q=1",
  host: "www.example.com",
  requestId: "bf6476e1-ab1b-20f1-b4b8-dcb74b959e3d" as RequestId,
  forwardedFor: "45.235.2.209",
  dyno,
  connect: millis(0.4),
  service: millis(74),
  status: 200,
  bytes: bytes(2256),
  protocol: "http1.1",
  tls: false,
  tlsVersion: undefined,
};

describe("the access line (heroku.md 3.8)", () => {
  it.each(["now", "legacy"] as const)(
    "era %s: has its fields and no more, whatever the client wrote",
    (era) => {
      const written = fc.array(
        fc.oneof(fc.constantFrom('"', "\\", "%22", "%0a", "%", " dyno=web.9 ", " code=H12 "), fc.string()),
      );
      fc.assert(
        fc.property(written, written, written, (path, hops, agent) => {
          const { text } = formatEvent(
            { ...REQUEST, path: path.join(""), forwardedFor: hops.join(""), agent: agent.join("") },
            ERAS[era],
          );
          expect(text).toMatch(
            /^at=info method=GET path="[^"\\\p{Cc}]*" host=www\.example\.com request_id=[0-9a-f-]{36} fwd="[^"\\\p{Cc}]*" dyno=web\.1 connect=0ms service=74ms status=200 bytes=2256 protocol=http[^ ]*( tls=false)? agent="[^"\\\p{Cc}]*"$/u,
          );
        }),
      );
    },
  );

  const rest = 'request_id=bf6476e1-ab1b-20f1-b4b8-dcb74b959e3d fwd="45.235.2.209"';
  it.each([
    [
      "now",
      {},
      `at=info method=GET path="/api/Schlachter 1951/books?q=1" host=www.example.com ${rest} dyno=web.1 connect=0ms service=74ms status=200 bytes=2256 protocol=http1.1 tls=false`,
    ],
    [
      "now",
      { tls: true },
      `at=info method=GET path="/api/Schlachter 1951/books?q=1" host=www.example.com ${rest} dyno=web.1 connect=0ms service=74ms status=200 bytes=2256 protocol=http1.1 tls=true tls_version=unknown`,
    ],
    [
      "legacy",
      { path: "/%20" },
      `at=info method=GET path="/%20" host=www.example.com ${rest} dyno=web.1 connect=0ms service=74ms status=200 bytes=2256 protocol=http`,
    ],
    [
      "now",
      {
        level: "error",
        code: "H10",
        desc: "App crashed",
        path: "/",
        dyno: undefined,
        connect: undefined,
        service: undefined,
        status: 503,
        bytes: undefined,
      },
      `at=error code=H10 desc="App crashed" method=GET path="/" host=www.example.com ${rest} dyno= connect= service= status=503 bytes= protocol=http1.1 tls=false`,
    ],
    [
      "now",
      {
        level: "warning",
        sock: "client",
        code: "H27",
        desc: "Client Request Interrupted",
        path: "/",
        status: 499,
        bytes: undefined,
      },
      `sock=client at=warning code=H27 desc="Client Request Interrupted" method=GET path="/" host=www.example.com ${rest} dyno=web.1 connect=0ms service=74ms status=499 bytes= protocol=http1.1 tls=false`,
    ],
    [
      "now",
      { path: "/a%0Aheroku[router]:%22" },
      `at=info method=GET path="/a%0Aheroku[router]:%22" host=www.example.com ${rest} dyno=web.1 connect=0ms service=74ms status=200 bytes=2256 protocol=http1.1 tls=false`,
    ],
    [
      "now",
      {
        tls: true,
        tlsVersion: "tls1.3",
        protocol: "http2.0",
        path: "/",
        forwardedFor: "1.2.3.4, 45.235.2.209",
      },
      `at=info method=GET path="/" host=www.example.com request_id=bf6476e1-ab1b-20f1-b4b8-dcb74b959e3d fwd="1.2.3.4, 45.235.2.209" dyno=web.1 connect=0ms service=74ms status=200 bytes=2256 protocol=http2.0 tls=true tls_version=tls1.3`,
    ],
    [
      "legacy",
      { tls: true, tlsVersion: "tls1.3", protocol: "http2.0", path: "/" },
      `at=info method=GET path="/" host=www.example.com ${rest} dyno=web.1 connect=0ms service=74ms status=200 bytes=2256 protocol=https`,
    ],
    [
      "legacy",
      {
        level: "error",
        code: "H31",
        desc: "Misdirected Request",
        path: "/",
        dyno: undefined,
        connect: undefined,
        service: undefined,
        status: 421,
        bytes: undefined,
        agent: 'curl/8" x="\\',
      },
      `at=error code=H31 desc="Misdirected Request" method=GET path="/" host=www.example.com ${rest} dyno= connect= service= status=421 bytes= protocol=http agent="curl/8%22 x=%22%5C"`,
    ],
    [
      "legacy",
      {
        level: "error",
        code: "H26",
        desc: "Request Error",
        cause: "unsupported expect header value",
        path: '/"',
        forwardedFor: '" dyno="web.9, 45.235.2.209',
        dyno: undefined,
        connect: undefined,
        service: undefined,
        status: 417,
        bytes: undefined,
      },
      `at=error code=H26 desc="Request Error" cause="unsupported expect header value" method=GET path="/%22" host=www.example.com request_id=bf6476e1-ab1b-20f1-b4b8-dcb74b959e3d fwd="%22 dyno=%22web.9, 45.235.2.209" dyno= connect= service= status=417 bytes= protocol=http`,
    ],
    [
      "now",
      { path: "/%ff%zz" },
      `at=info method=GET path="/%ff%zz" host=www.example.com ${rest} dyno=web.1 connect=0ms service=74ms status=200 bytes=2256 protocol=http1.1 tls=false`,
    ],
  ] as const)("era %s, %j", (era, part, text) => {
    const line = formatEvent({ ...REQUEST, ...part }, ERAS[era]);
    expect(line).toEqual({ at, source: "heroku", process: "router", text });
  });
});
