import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RequestEvent } from "../../src/heroku/events.ts";
import { seededRandom } from "../../src/kernel/random.ts";
import { hours, port, seconds } from "../../src/kernel/units.ts";
import { isCustomDomainOf, isHostOf } from "../../src/platform/domains.ts";
import { PageUrlVars } from "../../src/platform/page-urls.ts";
import { Router } from "../../src/router/router.ts";
import { PlatformOnFake } from "../platform/platform-on-fake.ts";
import { Peer } from "./peer.ts";

/** The real router before a real app whose containers alone are fake: what "listens" in them is `dyno`. */
let app: PlatformOnFake;
let dyno: Server;
let router: Router;
let at: number;
const events: RequestEvent[] = [];

beforeEach(async () => {
  app = new PlatformOnFake();
  dyno = createServer((_request, response) => response.end("hello"));
  dyno.listen(0, "127.0.0.1");
  await once(dyno, "listening");
  const dynoPort = port((dyno.address() as AddressInfo).port);
  app.engine.addressOf = () => ({ host: "127.0.0.1", port: dynoPort });
  events.length = 0;
  router = new Router({
    backends: app.backends,
    clock: app.realClock,
    era: app.app.era,
    emit: (event) => void (event.kind === "request" && events.push(event)),
    random: seededRandom(1),
    hosts: (name) => isHostOf(app.app, name),
    isCustomDomain: (name) => isCustomDomainOf(app.app, name),
    inMaintenance: () => app.app.state.maintenance,
    pageUrls: new PageUrlVars(
      () => app.app.state.configVars,
      () => {},
    ).read,
    now: () => app.clock.now(),
  });
  const listening = await router.listen("127.0.0.1", 0);
  if (!listening.ok) throw new Error(listening.failure.code);
  at = listening.value;
});
afterEach(async () => {
  await router.close();
  dyno.closeAllConnections();
  dyno.close();
  await app[Symbol.asyncDispose]();
});

/** Status and code of what a request for this host comes to; the page is in `page`. */
async function ask(host = "app.localhost"): Promise<string> {
  const peer = new Peer(connect({ host: "127.0.0.1", port: at, allowHalfOpen: true }));
  peer.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  page = await peer.rest();
  peer.socket.destroy();
  const code = events.pop()?.code;
  return `${page.slice(9, 12)}${code === undefined ? "" : ` ${code}`}`;
}
let page = "";

const states = (): string[] => app.platform.dynos().map(({ name, state }) => `${name} ${state}`);

describe("codes that come of the formation (heroku.md 3.9)", () => {
  it("H81 before the first deploy, H14 without web, a page of the app between them", async () => {
    expect(await ask()).toBe("502 H81");
    await app.deploy();
    expect(await ask()).toBe("200");
    await app.platform.scale([{ type: "web", quantity: "0", size: undefined }]);
    expect(await ask()).toBe("503 H14");
    await app.platform.scale([{ type: "web", quantity: "1", size: undefined }]);
    await app.platform.settled();
    expect(await ask()).toBe("200");
  });

  it("H14 for an app of workers alone", async () => {
    app.processTypes = { worker: "work" };
    await app.deploy();
    expect(await ask()).toBe("503 H14");
  });

  it("H10 once the web dyno is crashed", async () => {
    await app.deploy();
    app.engine.onLaunch = (one) => one.exit(1);
    app.engine.dyno("web.1")?.exit(1);
    await vi.waitFor(() => expect(states()).toEqual(["web.1 crashed"]));
    expect(await ask()).toBe("503 H10");
  });

  it("H20 when the dyno does not come up in 75 s", async () => {
    app.engine.onLaunch = () => {};
    void app.deploy();
    await vi.waitFor(() => expect(states()).toEqual(["web.1 starting"]));
    const answer = ask();
    await vi.waitFor(() => expect(router.inFlight).toBe(1));
    // the boot limit strikes at 60 s and the dyno is started again at once: it still boots at 75 s
    await app.realClock.advance(seconds(75), () => setImmediate());
    expect(await answer).toBe("503 H20");
  });

  it("H82 when the hours are used up, until there are some again", async () => {
    await app.deploy();
    app.platform.setHours({ pool: undefined, used: hours(1000) });
    await vi.waitFor(() => expect(states()).toEqual(["web.1 idle"]));
    expect(await ask()).toBe("503 H82");
    app.platform.setHours({ pool: undefined, used: hours(0) });
    expect(await ask()).toBe("200");
  });
});

describe("maintenance (heroku.md 3.10)", () => {
  it("H80 whatever the dynos do, which run on, and are not woken", async () => {
    app.platform.setMaintenance(true);
    expect(await ask()).toBe("503 H80");
    await app.deploy();
    expect(await ask()).toBe("503 H80");
    expect(states()).toEqual(["web.1 up"]);
    await app.platform.idle();
    expect(await ask()).toBe("503 H80");
    expect(states()).toEqual(["web.1 idle"]);
    app.platform.setMaintenance(false);
    expect(await ask()).toBe("200");
  });

  it("shows the app's pages as the config vars have them", async () => {
    app.platform.setMaintenance(true);
    await app.platform.setConfigVars({
      MAINTENANCE_PAGE_URL: "https://example.com/m",
      ERROR_PAGE_URL: "//e",
    });
    await ask();
    expect(page).toContain('<iframe src="https://example.com/m">');
    await app.platform.setConfigVars({ MAINTENANCE_PAGE_URL: null });
    await ask();
    expect(page).toContain("<h1>Offline for Maintenance</h1>");
  });
});

it("answers to the domains that were added, from the next request on (heroku.md 3.2)", async () => {
  await app.deploy();
  expect([await ask("www.example.com"), await ask("app.localhost:5000"), await ask("127.0.0.1")]).toEqual([
    "404",
    "200",
    "200",
  ]);
  app.platform.addDomain("www.example.com");
  app.platform.addDomain("*.example.org");
  expect([await ask("WWW.example.com:5000"), await ask("a.b.example.org"), await ask("example.org")]).toEqual(
    ["200", "200", "404"],
  );
  app.platform.removeDomain("www.example.com");
  expect(await ask("www.example.com")).toBe("404");
});
