import { describe, expect, it } from "vitest";
import { AppOnFake } from "./app-on-fake.ts";

const TWO = { web: { quantity: 2, size: "standard-1x" } };
const ONE = { web: { quantity: 1, size: "standard-1x" } };

async function upWithPreboot(stored: typeof TWO = ONE): Promise<AppOnFake> {
  const app = new AppOnFake();
  app.preboot = true;
  app.roll({ web: "serve", worker: "work" }, stored);
  await app.settle();
  app.story();
  return app;
}

/** Which containers the router goes to, by the order of their launch. */
async function served(app: AppOnFake): Promise<number[]> {
  const ports = new Set<number>();
  for (let request = 0; request < 20; request += 1) {
    const checkout = await app.request();
    if (checkout.kind === "refused") throw new Error(checkout.reason);
    ports.add(checkout.lease.port);
    app.backends.checkin(checkout.lease, "served");
  }
  return app.engine.dynos.flatMap((dyno, at) => (ports.has(dyno.spec.port ?? 0) ? [at] : []));
}

describe("preboot (heroku.md 2.7)", () => {
  it("a release starts new web dynos beside the old ones; the router moves and the old ones stop 3 minutes later", async () => {
    const app = await upWithPreboot(TWO);
    app.roll({ web: "serve better", worker: "work" }, TWO);
    await app.settle();
    expect(app.story().map((line) => line.replace(/`.*`/, "..."))).toEqual([
      "web.1 Restarting",
      "web.1 State changed from up to starting",
      "web.2 Restarting",
      "web.2 State changed from up to starting",
      "web.1 Starting process with command ...",
      "web.2 Starting process with command ...",
      "web.1 State changed from starting to up",
      "web.2 State changed from starting to up",
    ]);
    expect(app.formation.dynos().map((dyno) => `${dyno.name} ${dyno.plan.command}`)).toEqual([
      "web.1 serve better",
      "web.2 serve better",
    ]);
    expect(await served(app)).toEqual([0, 1]);
    await app.advance(2.9);
    expect(app.story()).toEqual([]);
    expect(await served(app)).toEqual([0, 1]);
    await app.advance(0.1);
    expect(app.story()).toEqual([
      "web.1 Stopping all processes with SIGTERM",
      "web.1 Process exited with status 143",
      "web.2 Stopping all processes with SIGTERM",
      "web.2 Process exited with status 143",
    ]);
    expect(await served(app)).toEqual([2, 3]);
  });

  it("is for web dynos of standard and up only, and to turn it on restarts nothing", async () => {
    const app = new AppOnFake();
    const stored = { web: { quantity: 1, size: "basic" }, worker: { quantity: 1, size: "standard-1x" } };
    app.roll({ web: "serve", worker: "work" }, stored);
    await app.settle();
    app.preboot = true;
    await app.settle();
    app.formation.restart({ kind: "all" });
    await app.settle();
    expect(app.engine.dynos.map((dyno) => dyno.signals)).toEqual([["SIGTERM"], ["SIGTERM"], [], []]);
  });

  it("requests that come while the new dyno boots go to the old one, and never wait", async () => {
    const app = await upWithPreboot();
    app.engine.onLaunch = () => {};
    app.formation.restart({ kind: "type", type: "web" });
    expect(await served(app)).toEqual([0]);
    app.engine.onLaunch = (dyno) => dyno.listen();
    await app.formation.shutdown();
  });

  it("a new dyno that crashes for good: H10 from the switch on", async () => {
    const app = await upWithPreboot();
    app.engine.onLaunch = (dyno) => dyno.exit(1);
    app.roll({ web: "serve worse" }, ONE);
    await app.settle();
    expect(await app.serve()).toBe("web.1");
    await app.advance(3);
    expect(await app.serve()).toBe("crashed");
  });

  it("an old dyno that dies before the switch: the router goes to the new one at once", async () => {
    const app = await upWithPreboot();
    app.formation.restart({ kind: "all" });
    await app.settle();
    app.engine.dynos[0]?.exit(1);
    await app.settle();
    expect(await served(app)).toEqual([1]);
    app.story();
    await app.advance(10);
    expect(app.story()).toEqual([]);
  });

  it("a second release before the switch: the first release serves on, 3 minutes from the newest", async () => {
    const app = await upWithPreboot();
    app.roll({ web: "second" }, ONE);
    await app.settle();
    await app.advance(2);
    app.roll({ web: "third" }, ONE);
    await app.settle();
    await app.advance(2);
    expect(await served(app)).toEqual([0]);
    await app.advance(1);
    expect(await served(app)).toEqual([2]);
    expect(app.engine.dynos.map((dyno) => dyno.disposed)).toEqual([true, true, false]);
  });

  it("the formation cannot be changed before the switch, and can after it", async () => {
    const app = await upWithPreboot();
    app.formation.restart({ kind: "all" });
    await app.settle();
    const more = [{ type: "web", quantity: "2", size: undefined }];
    expect(app.formation.scale(more)).toEqual({
      ok: false,
      failure: { kind: "preboot-under-way", dyno: "web.1" },
    });
    await app.advance(3);
    expect(app.formation.scale(more).ok).toBe(true);
  });

  it("a type that the next release lacks goes at once, old and new", async () => {
    const app = await upWithPreboot();
    app.formation.restart({ kind: "all" });
    await app.settle();
    app.roll({ worker: "work" }, ONE);
    await app.settle();
    expect(app.engine.dynos.map((dyno) => dyno.disposed)).toEqual([true, true]);
    expect(await app.serve()).toBe("no-web-dynos");
  });

  it("the end of the app before the switch leaves nothing behind, and no timer", async () => {
    const app = await upWithPreboot(TWO);
    app.formation.restart({ kind: "all" });
    await app.settle();
    await app.formation.shutdown();
    expect(app.engine.dynos.map((dyno) => dyno.disposed)).toEqual([true, true, true, true]);
    expect(app.platformClock.nextDue).toBeUndefined();
  });

  it("the second Ctrl-C reaches old and new", async () => {
    const app = await upWithPreboot();
    app.formation.restart({ kind: "all" });
    await app.settle();
    for (const dyno of app.engine.dynos)
      dyno.onSignal = (signal) => {
        if (signal === "SIGKILL") dyno.exit(137);
      };
    const ending = app.formation.shutdown();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await app.formation.kill()).toEqual(["web.1"]);
    await ending;
    expect(app.engine.dynos.map((dyno) => dyno.signals)).toEqual([
      ["SIGTERM", "SIGKILL"],
      ["SIGTERM", "SIGKILL"],
    ]);
  });
});
