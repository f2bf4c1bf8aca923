import { expect, it } from "vitest";
import type { RouterParts } from "../../src/router/router-tools.ts";
import { get, OK, Rig } from "./rig.ts";

const UPGRADE = get("/ws", "Connection: Upgrade", "Upgrade: websocket");
const SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

type Trap = (parts: RouterParts, boom: () => void) => RouterParts;

interface Case {
  readonly step: string;
  readonly trap: Trap;
  readonly request?: string;
  /** What the dyno says, where the request gets as far as to it. */
  readonly dyno?: string;
  /** What the client sees, and what is told. */
  readonly client: RegExp;
  readonly told: "H99" | "its end, as it was";
}

const PAGE = /^HTTP\/1\.1 503 Service Unavailable\r\n[^]*<title>/;

/** The world that a step leans on breaks under it, once. What is thrown in a step is our bug, wherever it comes from. */
const CASES: readonly Case[] = [
  { step: "identify", trap: calling("hosts"), client: PAGE, told: "H99" },
  { step: "identify, the request's id", trap: calling("random"), client: PAGE, told: "H99" },
  { step: "validate", trap: reading("answersPerConnection"), client: PAGE, told: "H99" },
  { step: "admit, maintenance", trap: calling("inMaintenance"), client: PAGE, told: "H99" },
  { step: "admit, the backlog", trap: asking("webDynos"), client: PAGE, told: "H99" },
  { step: "lease, features", trap: calling("hasFeature"), client: PAGE, told: "H99" },
  { step: "lease, choosing a dyno", trap: asking("checkout"), client: PAGE, told: "H99" },
  {
    step: "lease, while it waits",
    trap: (parts, boom) => ({
      ...parts,
      backends: {
        ...parts.backends,
        checkout: async (asking) => {
          await Promise.resolve();
          boom();
          return parts.backends.checkout(asking);
        },
      },
    }),
    client: PAGE,
    told: "H99",
  },
  {
    step: "lease, connecting",
    trap: (parts, boom) => ({
      ...parts,
      backends: {
        ...parts.backends,
        checkout: (asking) => {
          const answer = parts.backends.checkout(asking);
          if (answer instanceof Promise || answer.kind !== "leased") return answer;
          const host = answer.lease.host;
          return {
            ...answer,
            lease: {
              ...answer.lease,
              get host() {
                boom();
                return host;
              },
            },
          };
        },
      },
    }),
    client: PAGE,
    told: "H99",
  },
  { step: "relay, the head to the dyno", trap: reading("routeTimes"), client: PAGE, told: "H99" },
  { step: "relay, the head to the client", trap: reading("server"), dyno: OK, client: PAGE, told: "H99" },
  {
    step: "relay, the pool takes the connection",
    trap: (parts, boom) => ({
      ...parts,
      backends: {
        ...parts.backends,
        checkout: (asking) => {
          const answer = parts.backends.checkout(asking);
          if (answer instanceof Promise || answer.kind !== "leased") return answer;
          Object.defineProperty(answer.lease.life, "gone", {
            configurable: true,
            get: () => {
              if (new Error("trace").stack?.includes("dyno-pool") === true) boom();
              return false;
            },
          });
          return answer;
        },
      },
    }),
    dyno: OK,
    // it has been answered in full when the pool is asked, or it is cut
    client: /^(HTTP\/1\.1 200 OK\r\n[^]*~~)?$/,
    told: "H99",
  },
  {
    step: "upgrade",
    // the first reading is for the head to the dyno
    trap: reading("via", 2),
    request: UPGRADE,
    dyno: SWITCHING,
    client: PAGE,
    told: "H99",
  },
  {
    step: "the exit, giving the dyno back",
    trap: asking("checkin"),
    dyno: OK,
    client: /^HTTP\/1\.1 200 OK\r\n/,
    told: "H99",
  },
  {
    step: "the exit, platform time",
    trap: calling("now"),
    dyno: OK,
    client: /^HTTP\/1\.1 200 OK\r\n/,
    told: "H99",
  },
  {
    step: "the exit, telling",
    trap: (parts, boom) => ({
      ...parts,
      emit: (event) => {
        parts.emit(event);
        boom();
      },
    }),
    dyno: OK,
    client: /^HTTP\/1\.1 200 OK\r\n/,
    told: "its end, as it was",
  },
];

it.each(CASES)(
  "an exception in $step ends in one line and a page where nothing was sent; the next request is served (heroku.md 3.9)",
  async ({ trap, request = get(), dyno, client: seen, told }) => {
    let armed = false;
    const boom = (): void => {
      if (!armed) return;
      armed = false;
      throw new Error("a bug");
    };
    await using rig = await Rig.open({ change: (parts) => trap(parts, boom) });
    armed = true;
    const client = await rig.client(request);
    let answering;
    if (dyno !== undefined) {
      answering = await rig.dyno();
      await answering.head();
      answering.write(dyno);
    }
    const event = await rig.event();
    client.socket.end();
    const text = await client.rest();
    expect(text).toMatch(seen);
    expect(armed).toBe(false);
    expect(rig.bugs.map(String)).toEqual(["Error: a bug"]);
    if (told === "H99")
      expect(event).toMatchObject({ level: "error", code: "H99", desc: "Platform error", status: 503 });
    else expect(event).toMatchObject({ level: "info", code: undefined, status: 200 });
    expect(rig.router.inFlight).toBe(0);

    const next = await rig.client(get("/next"));
    let serving = answering === undefined ? await rig.dyno() : await rig.next(answering);
    // one that was given up with the request that broke
    while (serving.over) serving = await rig.dyno();
    await serving.upTo("/next");
    serving.write(OK);
    expect(await next.upTo("~~")).toMatch(/^HTTP\/1\.1 200 /);
    expect(await rig.event()).toMatchObject({ path: "/next", status: 200, code: undefined });
    expect(rig.events.length).toBe(2);
  },
);

function calling(name: "hosts" | "random" | "inMaintenance" | "hasFeature" | "now"): Trap {
  return (parts, boom) => {
    const real = parts[name] as ((...given: unknown[]) => unknown) | undefined;
    return {
      ...parts,
      [name]: (...given: unknown[]) => {
        boom();
        return real?.(...given);
      },
    };
  };
}

function asking(name: "webDynos" | "checkout" | "checkin"): Trap {
  return (parts, boom) => ({
    ...parts,
    backends: {
      ...parts.backends,
      [name]: (...given: unknown[]) => {
        boom();
        return (parts.backends[name] as (...given: unknown[]) => unknown)(...given);
      },
    },
  });
}

/** A fact of the era. */
function reading(fact: keyof RouterParts["era"], time: number = 1): Trap {
  let left = time;
  return (parts, boom) => ({
    ...parts,
    era: new Proxy(parts.era, {
      get: (era, name) => {
        if (name === fact && --left === 0) boom();
        return era[name as typeof fact];
      },
    }),
  });
}
