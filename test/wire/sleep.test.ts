import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ERAS } from "../../src/heroku/eras.ts";
import { seededRandom } from "../../src/kernel/random.ts";
import { millis, port, seconds } from "../../src/kernel/units.ts";
import { Router } from "../../src/router/router.ts";
import { AppOnFake } from "../formation/app-on-fake.ts";

const WEB = { web: { quantity: 1, size: "eco" } };

/** The real router before a sleeping app, whose containers alone are fake: what "listens" in them is `dyno`. */
let app: AppOnFake;
let dyno: Server;
let router: Router;
let routerPort: number;

beforeEach(async () => {
  app = new AppOnFake();
  dyno = createServer((_request, response) => response.end("hello"));
  dyno.on("upgrade", (_request, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
    socket.pipe(socket);
  });
  dyno.listen(0, "127.0.0.1");
  await once(dyno, "listening");
  const dynoPort = port((dyno.address() as AddressInfo).port);
  app.engine.addressOf = () => ({ host: "127.0.0.1", port: dynoPort });
  router = new Router({
    backends: app.backends,
    clock: app.realClock,
    era: ERAS.now,
    emit: app.channel.tell,
    random: seededRandom(1),
    hosts: () => true,
    now: () => app.platformClock.now(),
  });
  const listening = await router.listen("127.0.0.1", 0);
  if (!listening.ok) throw new Error(listening.failure.code);
  routerPort = listening.value;
  app.roll({ web: "serve" }, WEB);
  await app.settle();
});
afterEach(async () => {
  await router.close();
  dyno.closeAllConnections();
  dyno.close();
  await app.formation.shutdown();
});

/** The woken dyno listens, and the next look at it finds that out. */
async function boot(): Promise<void> {
  app.engine.dyno("web.1")?.listen();
  await app.realClock.advance(seconds(1), () => setImmediate());
}

function statusOf(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port: routerPort, path, agent: false }, (response) => {
      response.resume().on("end", () => resolve(response.statusCode));
    });
    call.on("error", reject);
    call.end();
  });
}

describe("the router before a sleeping app (heroku.md 1.3)", () => {
  it("lets a hundred requests wait for one wake, and all get their answer", async () => {
    app.formation.idle();
    await app.settle();
    app.story();
    app.engine.onLaunch = () => {};
    const statuses = Array.from({ length: 100 }, (_, number) => statusOf(`/${number}`));
    // all of them have asked for a dyno: only then is there one
    await expect.poll(() => app.formation.sleepPolicy.inFlight).toBe(100);
    await boot();
    expect(await Promise.all(statuses)).toEqual(Array<number>(100).fill(200));
    const story = app.story();
    expect(story.filter((line) => line.startsWith("web.1 "))).toEqual([
      "web.1 Unidling",
      "web.1 State changed from down to starting",
      expect.stringMatching(/^web\.1 Starting process/),
      "web.1 State changed from starting to up",
    ]);
    expect(story.filter((line) => /^router at=info .* dyno=web\.1 .* status=200 /.test(line))).toHaveLength(
      100,
    );
  });

  it("does not let the app fall asleep while a websocket is open, and it does when that is closed", async () => {
    const socket = connect(routerPort, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: app\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
    await once(socket, "data");
    app.story();
    await app.advance(600);
    expect(app.story()).toEqual([]);
    socket.write("still here");
    expect(String((await once(socket, "data"))[0])).toBe("still here");
    socket.end();
    await expect.poll(() => app.formation.sleepPolicy.inFlight).toBe(0);
    await app.advance(31);
    expect(app.story()).toContain("web.1 Idling");
  });

  it("of a client that leaves while the app wakes: the app wakes all the same", async () => {
    app.formation.idle();
    await app.settle();
    app.engine.onLaunch = () => {};
    const socket = connect(routerPort, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: app\r\n\r\n");
    await expect.poll(() => app.formation.sleepPolicy.inFlight).toBe(1);
    socket.destroy();
    await expect.poll(() => app.formation.sleepPolicy.inFlight).toBe(0);
    await boot();
    await app.settle();
    expect(app.formation.webDynos()[0]?.phase.kind).toBe("up");
  });

  it("H20 for who has waited 75 s for a dyno, crashed and begun anew as it may be (router.md L27)", async () => {
    app.formation.idle();
    await app.settle();
    app.engine.onLaunch = () => {};
    app.story();
    let status: number | undefined;
    const answered = statusOf("/waits").then((given) => (status = given));
    await expect.poll(() => app.formation.sleepPolicy.inFlight).toBe(1);
    await app.realClock.advance(millis(74_999), () => setImmediate());
    expect(status).toBeUndefined();
    await app.realClock.advance(millis(1), () => setImmediate());
    expect(await answered).toBe(503);
    expect(app.story()).toContainEqual(
      expect.stringMatching(/^router at=error code=H20 desc="App boot timeout" .* path="\/waits" /),
    );
  });
});
