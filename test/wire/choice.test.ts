import { once } from "node:events";
import { Agent, createServer, request, type Server } from "node:http";
import { describe, expect, it } from "vitest";
import { WebBackends } from "../../src/formation/web-backends.ts";
import { ERAS } from "../../src/heroku/eras.ts";
import type { RequestEvent } from "../../src/heroku/events.ts";
import type { RouterFeature } from "../../src/heroku/features.ts";
import { AsyncDisposables } from "../../src/kernel/disposables.ts";
import { seededRandom } from "../../src/kernel/random.ts";
import { SystemClock } from "../../src/kernel/system-clock.ts";
import { millis, port, seconds, type Millis } from "../../src/kernel/units.ts";
import type { Backends, LeaseEnd } from "../../src/router/backends.ts";
import { Router } from "../../src/router/router.ts";
import { AppOnFake } from "../formation/app-on-fake.ts";
import { closedPort } from "./dead-ports.ts";
import { portOf } from "./rig.ts";

interface Answer {
  readonly status: number;
  /** The dyno that answered, by its own word. */
  readonly body: string;
  readonly cookie: string | undefined;
}

interface Ask {
  readonly path?: string;
  readonly agent?: Agent;
  readonly cookie?: string | undefined;
}

/** The real choice between real servers: only the containers are fake. Each life of a dyno is a server of its own. */
class Choice implements AsyncDisposable {
  readonly app = new AppOnFake();
  readonly events: RequestEvent[] = [];
  readonly checkins: LeaseEnd[] = [];
  /** Requests that each server has had, by dyno and life: `web.1#1`. */
  readonly served = new Map<string, number>();
  readonly features: RouterFeature[] = [];
  /** Lets the answers to `/slow` go. */
  readonly slow: (() => void)[] = [];
  readonly #dynos = new Map<string, Server>();
  readonly #router: Router;
  readonly #cleanup = new AsyncDisposables();
  #port = 0;

  private constructor(bootWait: Millis | undefined) {
    const backends = new WebBackends(this.app.formation, new SystemClock(), seededRandom(3), bootWait);
    const seen: Backends = {
      checkout: (asking) => backends.checkout(asking),
      checkin: (lease, end) => {
        this.checkins.push(end);
        backends.checkin(lease, end);
      },
      webDynos: () => backends.webDynos(),
    };
    this.#router = new Router({
      backends: seen,
      clock: new SystemClock(),
      era: ERAS.now,
      emit: (event) => {
        if (event.kind === "request") this.events.push(event);
      },
      random: seededRandom(1),
      hosts: () => true,
      hasFeature: (feature) => this.features.includes(feature),
      now: () => this.app.platformClock.now(),
    });
  }

  /** `dead`: dynos that are up and take no connection. */
  static async open(
    web: number,
    { dead = [], bootWait }: { readonly dead?: readonly string[]; readonly bootWait?: Millis } = {},
  ): Promise<Choice> {
    const choice = new Choice(bootWait);
    const { app } = choice;
    const dark = await closedPort();
    const free: { server: Server; at: number; name: string }[] = [];
    // addresses are asked for without waiting: servers for all lives to come stand ready
    for (let number = 0; number < 2 * web; number += 1) {
      const one = { server: createServer(), at: 0, name: "" };
      one.server.on("request", (asked, response) => {
        choice.served.set(one.name, (choice.served.get(one.name) ?? 0) + 1);
        if (asked.url === "/slow") choice.slow.push(() => response.end(one.name));
        else response.end(one.name);
      });
      one.server.listen(0, "127.0.0.1");
      await once(one.server, "listening");
      one.at = portOf(one.server);
      choice.#cleanup.defer(async () => {
        one.server.closeAllConnections();
        one.server.close();
      });
      free.push(one);
    }
    app.engine.addressOf = ({ dyno }) => {
      if (dead.includes(dyno)) return { host: "127.0.0.1", port: port(dark) };
      const one = free.shift();
      if (one === undefined) throw new Error("more lives than servers");
      const lives = [...choice.#dynos.keys()].filter((name) => name.startsWith(`${dyno}#`)).length;
      one.name = `${dyno}#${lives + 1}`;
      choice.#dynos.set(one.name, one.server);
      return { host: "127.0.0.1", port: port(one.at) };
    };
    const listening = await choice.#router.listen("127.0.0.1", 0);
    if (!listening.ok) throw new Error(listening.failure.code);
    choice.#port = listening.value;
    app.roll({ web: "serve" }, { web: { quantity: web, size: "standard-1x" } });
    await app.settle();
    return choice;
  }

  ask({ path = "/", agent, cookie }: Ask = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = {
        host: "127.0.0.1",
        port: this.#port,
        path,
        agent: agent ?? (false as const),
        headers: { Host: "app.localhost", ...(cookie === undefined ? {} : { Cookie: cookie }) },
      };
      const call = request(options, (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString()));
        response.on("end", () => {
          const told = response.headers["set-cookie"]?.[0]?.split(";")[0];
          resolve({ status: response.statusCode ?? 0, body, cookie: told });
        });
      });
      call.on("error", reject);
      call.end();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#router.close();
    await this.#cleanup[Symbol.asyncDispose]();
    await this.app.formation.shutdown();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("the choice of a dyno (heroku.md 3.2.2, 3.2.3, router.md L7)", () => {
  it("is at random, each of them in turn", async () => {
    await using choice = await Choice.open(3);
    for (let time = 0; time < 90; time += 1) expect((await choice.ask()).status).toBe(200);
    expect([...choice.served.keys()].toSorted()).toEqual(["web.1#1", "web.2#1", "web.3#1"]);
    for (const count of choice.served.values()) expect(count).toBeGreaterThan(15);
  });

  it("a dyno that refuses costs one try, and no request: for 5 s nobody is sent there again", async () => {
    await using choice = await Choice.open(2, { dead: ["web.1"] });
    for (let time = 0; time < 30; time += 1)
      expect(await choice.ask()).toMatchObject({ status: 200, body: "web.2#1" });
    expect(choice.checkins.filter((end) => end === "connect-refused")).toHaveLength(1);
  });

  it("all of them refuse: H21 by the last; the next request finds all in quarantine, looks again and gets H34", async () => {
    await using choice = await Choice.open(2, { dead: ["web.1", "web.2"], bootWait: millis(400) });
    expect((await choice.ask()).status).toBe(503);
    const began = performance.now();
    expect((await choice.ask()).status).toBe(503);
    expect(performance.now() - began).toBeGreaterThan(390);
    expect(choice.events).toMatchObject([
      { code: "H21", desc: "Backend connection refused", status: 503 },
      { code: "H34", desc: "All up dynos are quarantined", status: 503, dyno: undefined, connect: undefined },
    ]);
    // two tries of the first request, none of the second
    expect(choice.checkins).toEqual(["connect-refused", "connect-refused"]);
  });

  it("a dyno that stops gets no new request, not on a connection that was kept either", async () => {
    await using choice = await Choice.open(1);
    using agent = new DisposableAgent();
    expect((await choice.ask({ agent })).body).toBe("web.1#1");
    const old = choice.app.engine.dyno("web.1")!;
    // it takes its time to end, and would answer still
    old.onSignal = () => {};
    choice.app.formation.restart({ kind: "all" });
    await turn();
    const asked = Promise.all([choice.ask({ agent }), choice.ask()]);
    old.exit(0);
    await choice.app.settle();
    expect((await asked).map(({ body }) => body)).toEqual(["web.1#2", "web.1#2"]);
    expect(choice.served.get("web.1#1")).toBe(1);
  });

  it("what is in flight at SIGTERM goes on, and has its answer", async () => {
    await using choice = await Choice.open(1);
    const slow = choice.ask({ path: "/slow" });
    await expect.poll(() => choice.slow.length).toBe(1);
    const old = choice.app.engine.dyno("web.1")!;
    old.onSignal = () => {};
    choice.app.formation.restart({ kind: "all" });
    await turn();
    expect(old.signals).toEqual(["SIGTERM"]);
    choice.slow[0]!();
    expect(await slow).toMatchObject({ status: 200, body: "web.1#1" });
    old.exit(0);
    await choice.app.settle();
  });

  it("what is in flight when the dyno is killed ends with it, though its server never says so: H13", async () => {
    await using choice = await Choice.open(1);
    const slow = choice.ask({ path: "/slow" });
    await expect.poll(() => choice.slow.length).toBe(1);
    choice.app.engine.dyno("web.1")!.runOutOfMemory();
    expect((await slow).status).toBe(503);
    expect(choice.events).toMatchObject([{ code: "H13", dyno: "web.1" }]);
  });

  it("eight hundred requests wait for five dynos as one, and each gets its answer", async () => {
    await using choice = await Choice.open(5);
    const { app } = choice;
    app.engine.onLaunch = () => {};
    app.formation.restart({ kind: "all" });
    const answers = Array.from({ length: 800 }, () => choice.ask());
    await expect.poll(() => app.formation.sleepPolicy.inFlight, { timeout: 20_000 }).toBe(800);
    await expect.poll(() => app.engine.dynos.length).toBe(10);
    for (const dyno of app.engine.dynos.slice(5)) dyno.listen();
    await app.realClock.advance(seconds(1), turn);
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses).toEqual(Array<number>(800).fill(200));
    expect([...choice.served.values()].reduce((sum, count) => sum + count)).toBe(800);
  });
});

describe("session affinity (heroku.md 3.7)", () => {
  it("keeps a client with its dyno, from the request after it was turned on", async () => {
    await using choice = await Choice.open(3);
    expect((await choice.ask()).cookie).toBeUndefined();
    choice.features.push("http-session-affinity");
    const { body, cookie } = await choice.ask();
    expect(cookie).toMatch(/^heroku-session-affinity=./);
    for (let time = 0; time < 20; time += 1)
      expect(await choice.ask({ cookie })).toEqual({ status: 200, body, cookie: undefined });
  });

  it("a client whose dyno was scaled away is given another, and stays with that", async () => {
    await using choice = await Choice.open(2);
    choice.features.push("http-session-affinity");
    let first = await choice.ask();
    while (first.body !== "web.2#1") first = await choice.ask();
    choice.app.formation.scale([{ type: "web", quantity: "1", size: undefined }]);
    await choice.app.settle();
    const moved = await choice.ask({ cookie: first.cookie });
    expect(moved.body).toBe("web.1#1");
    expect(moved.cookie).toMatch(/^heroku-session-affinity=./);
    expect(await choice.ask({ cookie: moved.cookie })).toEqual({
      status: 200,
      body: "web.1#1",
      cookie: undefined,
    });
  });
});

/** One connection, kept between requests. */
class DisposableAgent extends Agent implements Disposable {
  constructor() {
    super({ keepAlive: true, maxSockets: 1 });
  }

  [Symbol.dispose](): void {
    this.destroy();
  }
}
