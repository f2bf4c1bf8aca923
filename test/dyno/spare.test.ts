import { describe, expect, it } from "vitest";
import { minutes } from "../../src/kernel/units.ts";
import { AppOnFake } from "../formation/app-on-fake.ts";

const TYPES = { web: "serve", worker: "work" };
const ECO = { web: { quantity: 1, size: "eco" }, worker: { quantity: 1, size: "eco" } };

/** Asleep, with what was prepared for its waking. */
async function asleep(era: "now" | "legacy" = "now", size = "eco"): Promise<AppOnFake> {
  const app = new AppOnFake(era);
  app.roll(TYPES, { web: { quantity: 1, size }, worker: { quantity: 1, size } });
  await app.settle();
  app.formation.idle();
  await app.settle();
  return app;
}

const waiting = (app: AppOnFake): readonly string[] =>
  app.engine.spares.filter(({ disposed }) => !disposed).map(({ spec }) => spec.dyno);

describe("the spare of a dyno that sleeps (engine.md 7)", () => {
  it("is prepared when the dyno has gone, one for each, and nothing is launched by it", async () => {
    const app = await asleep();
    expect(waiting(app)).toEqual(["web.1", "worker.1"]);
    expect(app.engine.dynos).toHaveLength(2);
  });

  it("is what the dyno wakes in: with the port that it was made for", async () => {
    const app = await asleep();
    expect(await app.serve()).toBe("web.1");
    await app.settle();
    expect(app.engine.dynos).toHaveLength(4);
    expect(app.engine.dyno("web.1")?.spec).toBe(app.engine.spares[0]?.spec);
    expect(app.engine.dyno("web.1")?.spec.env["HEROKU_DYNO_ID"]).toBe(app.formation.webDynos()[0]?.id);
  });

  it("that has gone with the engine is no loss: the dyno is launched as any other", async () => {
    const app = await asleep();
    for (const spare of app.engine.spares) spare.disposed = true;
    expect(await app.serve()).toBe("web.1");
    expect(app.engine.dyno("web.1")?.spec).not.toBe(app.engine.spares[0]?.spec);
  });

  it("goes with an engine that goes away: who is woken meanwhile is lost, and starts when it is back", async () => {
    const app = await asleep();
    app.engine.lose();
    expect(await app.serve()).toBe("platform-error");
    expect(app.formation.dynos().map(({ phase }) => phase.kind)).toEqual(["lost", "lost"]);
    app.engine.comeBack();
    await app.realClock.advance(minutes(1), () => new Promise(setImmediate));
    expect(await app.serve()).toBe("web.1");
    expect(app.engine.dyno("web.1")?.spec).not.toBe(app.engine.spares[0]?.spec);
    expect(waiting(app)).toEqual([]);
  });

  it("is no life of the dyno: a second Ctrl-C kills nobody", async () => {
    const app = await asleep();
    expect(await app.formation.kill()).toEqual([]);
  });

  it("of a former release is thrown away, and so is that of a dyno that is scaled away", async () => {
    const app = await asleep();
    app.roll(TYPES, ECO);
    await app.settle();
    expect(waiting(app)).toEqual([]);
    expect(app.engine.dyno("web.1")?.spec.env["GREETING"]).toBe("v4");
    app.formation.idle();
    await app.settle();
    expect(waiting(app)).toEqual(["web.1", "worker.1"]);
    app.formation.scale([{ type: "worker", quantity: "0", size: undefined }]);
    await app.settle();
    expect(waiting(app)).toEqual(["web.1"]);
  });

  it("is thrown away when the app ends, and the end waits for that", async () => {
    const app = await asleep();
    await app.formation.shutdown();
    expect(waiting(app)).toEqual([]);
  });

  it("is not made for a dyno that no request wakes: the stuck one of era legacy", async () => {
    const app = new AppOnFake("legacy");
    app.engine.onLaunch = (dyno) => {
      dyno.listen();
      dyno.onSignal = () => dyno.exit(0);
    };
    app.roll({ web: "serve" }, { web: { quantity: 1, size: "free" } });
    await app.settle();
    app.formation.idle();
    await app.settle();
    expect(waiting(app)).toEqual([]);
  });

  it("is not made for a dyno that is out of hours", async () => {
    const app = await asleep();
    for (const dyno of app.formation.dynos()) dyno.hoursOut();
    await app.settle();
    expect(waiting(app)).toEqual([]);
  });
});
