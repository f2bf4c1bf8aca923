import { afterEach, describe, expect, it, vi } from "vitest";
import { millis } from "../../src/kernel/units.ts";
import type { Checkout, Lease, LeaseEnd } from "../../src/router/backends.ts";
import { AppOnFake } from "./app-on-fake.ts";

let app: AppOnFake;

async function appWith(web: number): Promise<void> {
  app = new AppOnFake();
  app.roll({ web: "serve" }, { web: { quantity: web, size: "standard-1x" } });
  await app.settle();
}

/** `web` dynos that do not listen by themselves. */
async function appThatBoots(web: number): Promise<void> {
  app = new AppOnFake();
  app.engine.onLaunch = () => {};
  app.roll({ web: "serve" }, { web: { quantity: web, size: "standard-1x" } });
  await turn();
}

afterEach(async () => {
  await app.formation.shutdown();
});

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function pass(time: number): Promise<void> {
  return app.realClock.advance(millis(time), turn);
}

function leased(found: Checkout): Lease {
  if (found.kind === "refused") throw new Error(found.reason);
  return found.lease;
}

/** A lease of each dyno that is up, by name. */
async function leases(): Promise<Record<string, Lease>> {
  const found: Record<string, Lease> = {};
  for (let time = 0; time < 100; time += 1) {
    const lease = leased(await app.request());
    app.backends.checkin(lease, "served");
    found[lease.dyno] = lease;
  }
  return found;
}

/** A request that went to this dyno ends. */
function end(lease: Lease, how: LeaseEnd): void {
  app.formation.sleepPolicy.requestBegan();
  app.backends.checkin(lease, how);
}

async function quarantine(...names: string[]): Promise<void> {
  const all = await leases();
  for (const name of names) end(all[name]!, "connect-refused");
}

function scale(web: number): void {
  const done = app.formation.scale([{ type: "web", quantity: String(web), size: undefined }]);
  if (!done.ok) throw new Error(done.failure.kind);
}

/** What the request has heard so far. */
function watched(asked: Checkout | Promise<Checkout>): () => string {
  let heard = "waits";
  void Promise.resolve(asked).then((found) => {
    heard = found.kind === "leased" ? found.lease.dyno : found.reason;
  });
  return () => heard;
}

describe("who serves a request (heroku.md 3.2)", () => {
  it("is known at once when a dyno is up: no promise", async () => {
    await appWith(1);
    expect(app.checkout()).toMatchObject({ kind: "leased", lease: { dyno: "web.1" } });
  });

  it("one life of a dyno has one lease, the next life another", async () => {
    await appWith(1);
    const first = leased(await app.request());
    expect(leased(await app.request())).toBe(first);
    app.formation.restart({ kind: "all" });
    await app.settle();
    const second = leased(await app.request());
    expect(second.dyno).toBe("web.1");
    expect(second.life).not.toBe(first.life);
    expect([first.life.gone, second.life.gone]).toEqual([true, false]);
  });

  it("is none of those it could not connect to", async () => {
    await appWith(3);
    const { "web.1": one, "web.3": three } = await leases();
    expect(await app.request([one!, three!])).toMatchObject({ lease: { dyno: "web.2" } });
  });

  it("each dyno is tried once: after the last of them nobody is left, and nothing to wait for", async () => {
    await appWith(2);
    expect(app.checkout(Object.values(await leases()))).toEqual({ kind: "refused", reason: "quarantined" });
  });

  it("who was tried in a former life may be tried again", async () => {
    await appWith(1);
    const before = leased(await app.request());
    app.formation.restart({ kind: "all" });
    const asked = app.request([before]);
    await app.settle();
    expect(await asked).toMatchObject({ lease: { dyno: "web.1" } });
  });
});

describe("a dyno that stops", () => {
  it("gets no new request from SIGTERM on, and its life goes on until its last process is gone", async () => {
    await appWith(2);
    const before = await leases();
    const old = app.engine.dyno("web.1")!;
    old.onSignal = () => {};
    let ended = 0;
    before["web.1"]!.life.watch(() => (ended += 1));
    app.formation.restart({ kind: "dyno", dyno: "web.1" });
    await turn();
    expect(old.signals).toEqual(["SIGTERM"]);
    expect(Object.values(await leases())).not.toContain(before["web.1"]);
    expect([before["web.1"]!.life.gone, ended]).toEqual([false, 0]);
    old.exit(0);
    await app.settle();
    expect([before["web.1"]!.life.gone, ended]).toEqual([true, 1]);
  });

  it.each([
    ["crashes", (): void => app.engine.dyno("web.1")!.exit(1)],
    ["is killed for memory", (): void => app.engine.dyno("web.1")!.runOutOfMemory()],
    ["is lost by the engine", (): void => app.engine.dyno("web.1")!.lose()],
  ])("the life of one that %s has ended", async (_what, end) => {
    await appWith(1);
    const { life } = leased(await app.request());
    end();
    await turn();
    expect(life.gone).toBe(true);
  });
});

it("nobody is sent to a dyno whose last process is gone, though its state does not say so yet", async () => {
  await appWith(1);
  leased(await app.request());
  const dyno = app.engine.dyno("web.1")!;
  const asked = dyno.launched.exit.then(() => {
    expect(app.formation.webDynos()[0]?.phase.kind).toBe("up");
    return watched(app.checkout());
  });
  dyno.exit(1);
  const heard = await asked;
  expect(heard()).toBe("waits");
  // the first crash is followed by a start at once
  await app.settle();
  expect(heard()).toBe("web.1");
  expect(leased(await app.request()).life.gone).toBe(false);
});

describe("quarantine (heroku.md 3.2, router.md L7)", () => {
  it("keeps requests from a dyno for 5 s", async () => {
    await appWith(2);
    await quarantine("web.1");
    expect(Object.keys(await leases())).toEqual(["web.2"]);
    await pass(4999);
    expect(Object.keys(await leases())).toEqual(["web.2"]);
    await pass(1);
    expect(Object.keys(await leases()).toSorted()).toEqual(["web.1", "web.2"]);
  });

  it("a timeout is as good a reason as a refusal; what came after the connection is none", async () => {
    await appWith(2);
    const { "web.1": one, "web.2": two } = await leases();
    end(one!, "connect-timeout");
    end(two!, "failed");
    expect(Object.keys(await leases())).toEqual(["web.2"]);
  });

  it("does not hold the next life of the dyno", async () => {
    await appWith(1);
    await quarantine("web.1");
    app.formation.restart({ kind: "all" });
    await app.settle();
    expect(await app.request()).toMatchObject({ lease: { dyno: "web.1" } });
  });

  it("with all dynos in it a request looks again after pauses that double: 0.1, 0.3, 0.7, 1.5, 3.1, 6.3 s", async () => {
    await appWith(1);
    await quarantine("web.1");
    const heard = watched(app.checkout());
    await pass(6299);
    expect(heard()).toBe("waits");
    await pass(1);
    expect(heard()).toBe("web.1");
  });

  it("and is refused after 75 s if it never found one outside: H34", async () => {
    await appWith(1);
    const lease = leased(await app.request());
    end(lease, "connect-refused");
    const heard = watched(app.checkout());
    for (let second = 0; second < 74; second += 1) {
      await pass(1000);
      // another request has found it out, and the door shut again
      end(lease, "connect-refused");
    }
    expect(heard()).toBe("waits");
    await pass(1000);
    expect(heard()).toBe("quarantined");
  });

  it("of a part of them costs nobody a wait", async () => {
    await appWith(3);
    await quarantine("web.1", "web.3");
    expect(app.checkout()).toMatchObject({ lease: { dyno: "web.2" } });
  });

  it("a request that has tried the other dyno waits for the one in quarantine", async () => {
    await appWith(2);
    const { "web.2": two } = await leases();
    await quarantine("web.1");
    const heard = watched(app.checkout([two!]));
    await pass(3100);
    expect(heard()).toBe("waits");
    await pass(3200);
    expect(heard()).toBe("web.1");
  });

  it("a dyno that comes up beside those in quarantine ends the wait at once", async () => {
    await appWith(1);
    await quarantine("web.1");
    const heard = watched(app.checkout());
    scale(2);
    await app.settle();
    expect(heard()).toBe("web.2");
  });
});

describe("who waits for a boot (heroku.md 2.2, 3.2)", () => {
  it("of web dynos that all boot is served by the first that is up", async () => {
    await appThatBoots(2);
    const heard = watched(app.checkout());
    app.engine.dyno("web.2")!.listen();
    await pass(1000);
    expect(heard()).toBe("web.2");
  });

  it("is told to go when the last dyno has crashed", async () => {
    await appThatBoots(1);
    const heard = watched(app.checkout());
    // the first crash is followed by a start at once, the second is not
    app.engine.dyno("web.1")!.exit(1);
    await app.formation.until(() => app.engine.dynos.length === 2);
    expect(heard()).toBe("waits");
    app.engine.dynos[1]!.exit(1);
    await turn();
    expect(heard()).toBe("crashed");
  });

  it("of an app scaled to nothing meanwhile has no web dynos", async () => {
    await appThatBoots(1);
    const heard = watched(app.checkout());
    scale(0);
    await turn();
    expect(heard()).toBe("no-web-dynos");
  });

  it("waits 75 s in all: what it spent before it asked again counts", async () => {
    await appWith(1);
    const lease = leased(await app.request());
    const since = app.realClock.now();
    await pass(70_000);
    app.engine.onLaunch = () => {};
    app.formation.restart({ kind: "all" });
    await turn();
    const asking = {
      since,
      tried: new Set([lease.life]),
      gone: new AbortController().signal,
      affinity: undefined,
    };
    const heard = watched(app.backends.checkout(asking));
    await pass(4999);
    expect(heard()).toBe("waits");
    await pass(1);
    expect(heard()).toBe("boot-timeout");
  });

  it("a thousand who wait are one wait: the dynos are woken once, and looked at for each change, not for each request", async () => {
    app = new AppOnFake();
    app.roll({ web: "serve", worker: "work" }, { web: { quantity: 5, size: "eco" } });
    await app.settle();
    app.formation.idle();
    await app.settle();
    app.engine.onLaunch = () => {};
    const wake = vi.spyOn(app.formation, "wake");
    const looks = vi.spyOn(app.formation, "dynos");
    const asked = Array.from({ length: 1000 }, () => app.checkout());
    await turn();
    expect(wake).toHaveBeenCalledTimes(1);
    const changes = 30;
    expect(looks.mock.calls.length).toBeLessThan(changes);
    for (const dyno of app.engine.dynos) dyno.listen();
    await pass(1000);
    const served = await Promise.all(asked.map(async (one) => one));
    expect(served.filter(({ kind }) => kind === "leased")).toHaveLength(1000);
    expect(looks.mock.calls.length).toBeLessThan(2 * changes);
  });

  it("each of a thousand is looked at only when there is something to have", async () => {
    await appThatBoots(5);
    const looks = new Map<Promise<Checkout> | Checkout, number>();
    for (let number = 0; number < 1000; number += 1) {
      let count = 0;
      const tried = {
        get size() {
          count += 1;
          return 0;
        },
        has: () => false,
      } as unknown as Set<never>;
      const asked = app.backends.checkout({
        since: app.realClock.now(),
        tried,
        gone: new AbortController().signal,
        affinity: undefined,
      });
      void Promise.resolve(asked).then(() => looks.set(asked, count));
    }
    for (const number of [1, 2, 3, 4, 5]) app.engine.dyno(`web.${number}`)!.print("booting");
    await pass(500);
    for (const dyno of app.engine.dynos) dyno.listen();
    await pass(1000);
    expect(looks.size).toBe(1000);
    for (const count of looks.values()) expect(count).toBeLessThanOrEqual(2);
  });

  it("leaves no trace when the client goes", async () => {
    await appThatBoots(1);
    const client = new AbortController();
    const heard = watched(app.checkout([], client.signal));
    expect(app.formation.sleepPolicy.inFlight).toBe(1);
    client.abort();
    await turn();
    expect(heard()).toBe("boot-timeout");
    expect(app.formation.sleepPolicy.inFlight).toBe(0);
    app.engine.dyno("web.1")!.listen();
    await pass(1000);
    expect(app.formation.sleepPolicy.inFlight).toBe(0);
  });
});
