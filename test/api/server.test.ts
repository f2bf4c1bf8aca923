import { createServer } from "node:net";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { openControl } from "../../src/api/server.ts";
import { PuppetPlatform } from "./puppet-platform.ts";
import { openRig, send } from "./rig.ts";

const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

describe("who may ask", () => {
  it.each([
    ["no token", {}, 401],
    ["another token", { authorization: "Bearer nonsense" }, 401],
    ["a bearer token", { authorization: "Bearer TOKEN" }, 200],
    ["lower-case scheme", { authorization: "bearer TOKEN" }, 200],
    ["basic, as git sends it", { authorization: basic("heroku:TOKEN") }, 200],
    ["basic without a user", { authorization: basic(":TOKEN") }, 200],
    ["basic with another", { authorization: basic("TOKEN:x") }, 401],
    ["another scheme", { authorization: "Digest TOKEN" }, 401],
    ["a foreign host", { authorization: "Bearer TOKEN", host: "evil.example:PORT" }, 403],
    ["a host without the port", { authorization: "Bearer TOKEN", host: "localhost" }, 403],
    ["localhost", { authorization: "Bearer TOKEN", host: "localhost:PORT" }, 200],
    ["LOCALHOST", { authorization: "Bearer TOKEN", host: "LOCALHOST:PORT" }, 200],
    ["::1", { authorization: "Bearer TOKEN", host: "[::1]:PORT" }, 200],
    ["an own origin", { authorization: "Bearer TOKEN", origin: "http://localhost:PORT" }, 200],
    ["a foreign origin", { authorization: "Bearer TOKEN", origin: "https://evil.example" }, 403],
    ["a null origin", { authorization: "Bearer TOKEN", origin: "null" }, 403],
    ["another port's origin", { authorization: "Bearer TOKEN", origin: "http://localhost:1" }, 403],
  ])("%s", async (_name, headers, status) => {
    const opened = await openControl(new PuppetPlatform(), { port: 0, token: "TOKEN" });
    if (!opened.ok) throw new Error(opened.failure.kind);
    await using control = opened.value;
    const filled = Object.entries(headers).map(([key, value]) => [
      key,
      value.replace("PORT", String(control.port)),
    ]);
    const answer = await send(control.port, "GET", "/account", { headers: Object.fromEntries(filled) });
    expect(answer.status).toBe(status);
    expect("message" in (answer.body as object)).toBe(status !== 200);
  });

  it("everybody may ask for health, and it is 200 only when ready", async () => {
    await using rig = await openRig();
    expect((await send(rig.control.port, "GET", "/dynosim/health", {})).status).toBe(200);
    rig.platform.isReady = false;
    const late = await send(rig.control.port, "GET", "/dynosim/health", {
      headers: { host: "else.example" },
    });
    expect([late.status, late.body]).toEqual([503, { ready: false }]);
  });
});

describe("what is asked wrongly", () => {
  it.each([
    ["GET", "/nowhere", {}, 404, "not_found"],
    ["DELETE", "/account", {}, 404, "not_found"],
    ["GET", "/apps/other", {}, 404, "not_found"],
    ["GET", "/apps/example/dynos/web.9", {}, 404, "not_found"],
    ["PATCH", "/apps/example/config-vars", { raw: "{" }, 400, "bad_request"],
    ["PATCH", "/apps/example/config-vars", { body: [1] }, 422, "invalid_params"],
    ["PATCH", "/apps/example/config-vars", { body: { A: {} } }, 422, "invalid_params"],
    ["PATCH", "/apps/example/formation", { body: {} }, 422, "invalid_params"],
    ["PATCH", "/apps/example/formation", { body: { updates: [{}] } }, 422, "invalid_params"],
    ["PATCH", "/apps/example/formation/none", { body: { quantity: 1 } }, 404, "not_found"],
    ["POST", "/apps/example/dynos", { body: {} }, 422, "invalid_params"],
    ["POST", "/apps/example/dynos", { body: { command: "ls", env: [] } }, 422, "invalid_params"],
    ["POST", "/apps/example/releases", { body: { release: "v99" } }, 404, "not_found"],
    ["POST", "/apps/example/log-sessions", { body: { source: "other" } }, 422, "invalid_params"],
    ["POST", "/dynosim/apps/example/clock/advance", { body: { by: "soon" } }, 422, "invalid_params"],
    ["POST", "/dynosim/apps/example/builds", { body: { source: { kind: "ref" } } }, 422, "invalid_params"],
    ["POST", "/dynosim/images/9.9", {}, 404, "not_found"],
    ["DELETE", "/dynosim/images/3.11", {}, 404, "not_found"],
    ["GET", "/dynosim/logs/guess", {}, 404, "not_found"],
    [
      "GET",
      "/apps/example/releases",
      { headers: { range: "nothing ..; max=2" } },
      416,
      "requested_range_not_satisfiable",
    ],
  ])("%s %s %j", async (method, path, ask, status, id) => {
    await using rig = await openRig();
    const answer = await rig.ask(method, path, ask);
    expect([answer.status, (answer.body as { id: string }).id]).toEqual([status, id]);
    expect((answer.body as { message: string }).message).not.toBe("");
  });

  it("a failure of the platform keeps its words and exit code", async () => {
    await using rig = await openRig();
    rig.platform.refusal = {
      kind: "scaling-limit",
      type: "web",
      size: "eco",
      quantity: 2,
      limit: 1,
      scope: "type",
      others: [],
    };
    const answer = await rig.ask("PATCH", "/apps/example/formation", {
      body: { updates: [{ type: "web", quantity: "2" }] },
    });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      id: "cannot_run_above_limit",
      message: "Cannot update to more than 1 Eco size dynos per process type.",
      dynosim: {
        kind: "scaling-limit",
        next: expect.stringContaining("web=2:standard-1x") as string,
        exitCode: 1,
      },
    });
  });
});

describe("where it listens", () => {
  it("takes the next port when the wanted one is taken", async () => {
    const other = createServer().listen({ host: "127.0.0.1", port: 0 });
    await once(other, "listening");
    const taken = (other.address() as { port: number }).port;
    const opened = await openControl(new PuppetPlatform(), { port: taken });
    if (!opened.ok) throw new Error(opened.failure.kind);
    await using control = opened.value;
    expect(control.port).not.toBe(taken);
    other.close();
  });

  it("takes the wanted port or none, when it is to be that one", async () => {
    const other = createServer().listen({ host: "127.0.0.1", port: 0 });
    await once(other, "listening");
    const taken = (other.address() as { port: number }).port;
    expect(await openControl(new PuppetPlatform(), { port: taken, isExact: true })).toEqual({
      ok: false,
      failure: { kind: "port-taken", what: "control API", port: taken, holder: undefined },
    });
    other.close();
  });

  it("ends every stream when it closes", async () => {
    const rig = await openRig();
    const session = await rig.ask("POST", "/apps/example/log-sessions", { body: { tail: true } });
    const url = new URL((session.body as { logplex_url: string }).logplex_url);
    const stream = rig.ask("GET", url.pathname);
    await expect.poll(() => rig.platform.tails).toBe(1);
    await rig.control[Symbol.asyncDispose]();
    await stream.catch(() => {});
    expect(rig.platform.tails).toBe(0);
  });
});
