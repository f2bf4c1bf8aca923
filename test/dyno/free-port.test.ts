import { describe, expect, it } from "vitest";
import type { Port } from "../../src/kernel/units.ts";
import { AppOnFake } from "../formation/app-on-fake.ts";

const WEB = { web: { quantity: 1, size: "eco" } };

/** Its engine's dynos share this machine's ports; `taken` says of which a question was asked that got no. */
function appAmongOthers(isTaken: (port: Port, asked: number) => boolean): {
  readonly app: AppOnFake;
  readonly taken: Port[];
} {
  const app = new AppOnFake("now");
  const taken: Port[] = [];
  let asked = 0;
  app.engine.isFree = async (port) => {
    asked += 1;
    if (!isTaken(port, asked)) return true;
    taken.push(port);
    return false;
  };
  return { app, taken };
}

describe("$PORT where dynos share this machine's ports", () => {
  it("is one on which nobody listens", async () => {
    const { app, taken } = appAmongOthers((_port, asked) => asked <= 2);
    app.roll({ web: "serve" }, WEB);
    await app.settle();
    expect(taken).toHaveLength(2);
    const port = app.engine.dyno("web.1")?.spec.port;
    expect(port).toBeDefined();
    expect(taken).not.toContain(port);
    expect(await app.serve()).toBe("web.1");
  });

  it("is given out taken rather than not at all", async () => {
    const { app, taken } = appAmongOthers(() => true);
    app.roll({ web: "serve" }, WEB);
    await app.settle();
    expect(taken).toHaveLength(100);
    expect(app.engine.dynos).toHaveLength(1);
  });

  it("of a spare that somebody has taken meanwhile is given up with the spare", async () => {
    const stolen = new Set<Port>();
    const { app } = appAmongOthers((port) => stolen.has(port));
    app.roll({ web: "serve" }, WEB);
    await app.settle();
    app.formation.idle();
    await app.settle();
    const [spare] = app.engine.spares;
    stolen.add(spare?.spec.port ?? (0 as Port));
    expect(await app.serve()).toBe("web.1");
    await app.settle();
    expect(spare?.disposed).toBe(true);
    expect(stolen).not.toContain(app.engine.dyno("web.1")?.spec.port);
  });

  it("is asked of nobody for a dyno that has none", async () => {
    const { app, taken } = appAmongOthers(() => true);
    app.roll({ worker: "work" }, { worker: { quantity: 1, size: "eco" } });
    await app.settle();
    expect(taken).toEqual([]);
    expect(app.engine.dyno("worker.1")?.spec.port).toBeUndefined();
  });
});
