import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { affinityValue, dynosIn } from "../../src/formation/affinity.ts";
import type { DynoName } from "../../src/heroku/names.ts";
import { AppOnFake } from "./app-on-fake.ts";

let app: AppOnFake;

beforeEach(async () => {
  app = new AppOnFake();
  app.roll({ web: "serve" }, { web: { quantity: 4, size: "standard-1x" } });
  await app.settle();
});
afterEach(async () => {
  await app.formation.shutdown();
});

interface Served {
  readonly dyno: string;
  /** The new cookie, if there is one. */
  readonly told: string | undefined;
}

/** A request with this cookie. */
async function serve(cookie: string | undefined): Promise<Served> {
  const found = await app.checkout([], undefined, cookie);
  if (found.kind === "refused") throw new Error(found.reason);
  app.backends.checkin(found.lease, "served");
  return { dyno: found.lease.dyno, told: found.affinity };
}

async function newClient(): Promise<{ dyno: string; cookie: string; known: readonly string[] }> {
  const { dyno, told } = await serve("");
  return { dyno, cookie: told ?? "", known: dynosIn(told ?? "") };
}

function scale(web: number): void {
  const done = app.formation.scale([{ type: "web", quantity: String(web), size: undefined }]);
  if (!done.ok) throw new Error(done.failure.kind);
}

describe("session affinity (heroku.md 3.7)", () => {
  it("is nothing while the app does not have the feature, whatever cookie comes", async () => {
    const served = new Set<string>();
    for (let time = 0; time < 100; time += 1) {
      const { dyno, told } = await serve(undefined);
      expect(told).toBeUndefined();
      served.add(dyno);
    }
    expect(served.size).toBe(4);
  });

  it("a new client is told its dyno; with the cookie it comes back to it, and is told nothing more", async () => {
    const { dyno, cookie, known } = await newClient();
    expect(known[0]).toBe(dyno);
    for (let time = 0; time < 50; time += 1) expect(await serve(cookie)).toEqual({ dyno, told: undefined });
  });

  it("new clients are spread over all dynos", async () => {
    const served = new Set<string>();
    for (let time = 0; time < 100; time += 1) served.add((await newClient()).dyno);
    expect([...served].toSorted()).toEqual(["web.1", "web.2", "web.3", "web.4"]);
  });

  it("a dyno that cannot be reached costs nobody their place: the next one serves until it is back", async () => {
    const { dyno, cookie, known } = await newClient();
    app.engine.onLaunch = () => {};
    app.formation.restart({ kind: "dyno", dyno });
    expect(await serve(cookie)).toEqual({ dyno: known[1], told: undefined });
    app.engine.onLaunch = (launched) => launched.listen();
    app.formation.restart({ kind: "dyno", dyno });
    await app.settle();
    expect(await serve(cookie)).toEqual({ dyno, told: undefined });
  });

  it("a dyno in quarantine is passed over in the same way", async () => {
    const { dyno, cookie, known } = await newClient();
    const found = await app.checkout([], undefined, cookie);
    if (found.kind === "leased") app.backends.checkin(found.lease, "connect-timeout");
    expect(known[0]).toBe(dyno);
    expect(await serve(cookie)).toEqual({ dyno: known[1], told: undefined });
  });

  it("clients of a dyno that was scaled away are assigned anew, all others stay", async () => {
    scale(3);
    await app.settle();
    const ofGone = affinityValue(["web.4", "web.2", "web.1"] as DynoName[]);
    const { dyno, told } = await serve(ofGone);
    expect(dyno).toBe("web.2");
    expect(dynosIn(told ?? "")[0]).toBe("web.2");
    const stays = affinityValue(["web.3", "web.4"] as DynoName[]);
    expect(await serve(stays)).toEqual({ dyno: "web.3", told: undefined });
  });

  it("a client none of whose dynos can be had is assigned anew", async () => {
    const { dyno, told } = await serve(affinityValue(["web.8", "web.9"] as DynoName[]));
    expect(dynosIn(told ?? "")[0]).toBe(dyno);
  });

  it.each([
    ["nothing", ""],
    ["no Base64", "héllo wörld;"],
    ["Base64 of something else", "AECDaANoA24IAeO+Vpj___"],
    ["names that are no dynos", affinityValue(["a", "b", "c"] as unknown as DynoName[])],
    ["far too much", "d2ViLjEs".repeat(1000)],
  ])("a cookie that holds %s is that of a new client", async (_what, cookie) => {
    const { dyno, told } = await serve(cookie);
    expect(dynosIn(told ?? "")[0]).toBe(dyno);
  });

  it("a new dyno gets new clients only", async () => {
    const clients = await Promise.all(Array.from({ length: 20 }, newClient));
    scale(5);
    await app.settle();
    for (const { dyno, cookie } of clients) expect(await serve(cookie)).toEqual({ dyno, told: undefined });
    const served = new Set<string>();
    for (let time = 0; time < 100; time += 1) served.add((await newClient()).dyno);
    expect(served).toContain("web.5");
  });

  it("three dynos are remembered, in characters that no cookie minds", () => {
    const value = affinityValue(["web.1", "web.22", "web.3", "web.4"] as DynoName[]);
    expect(value).toMatch(/^[A-Za-z0-9+/]+_*$/);
    expect(dynosIn(value)).toEqual(["web.1", "web.22", "web.3"]);
  });
});
