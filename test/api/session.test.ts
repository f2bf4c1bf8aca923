import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { openRig } from "./rig.ts";

const rig = await openRig();
afterAll(() => rig[Symbol.asyncDispose]());
beforeEach(() => {
  rig.platform.refusal = undefined;
  rig.platform.asked.length = 0;
});

describe("POST /apps/APP/dynos/DYNO: a process in a running dyno", () => {
  it("answers as a dyno does, with an attach_url", async () => {
    const { status, body } = await rig.ask("POST", "/apps/example/dynos/web.1", {
      body: { command: "ps aux", force_no_tty: true },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      attach_url: expect.stringMatching(/^http:\/\/localhost:\d+\/dynosim\/attach\/[\w-]{32}$/),
      command: "ps aux",
      name: "web.1",
      state: "up",
    });
    expect(rig.platform.asked).toEqual([
      { exec: "web.1", spec: { command: "ps aux", attach: { kind: "pipe" } } },
    ]);
  });

  it("takes the dyno's id, and the window of the client", async () => {
    const { id, name } = rig.platform.dynoList[0] ?? { id: "", name: "" };
    const env = { COLUMNS: "90", LINES: "30", TERM: "xterm" };
    await rig.ask("POST", `/apps/example/dynos/${id}`, { body: { command: "bash", env } });
    const attach = { kind: "terminal", columns: 90, rows: 30, term: "xterm" };
    expect(rig.platform.asked).toEqual([{ exec: name, spec: { command: "bash", attach } }]);
  });

  it("is a conflict while the dyno is not up, and needs a command", async () => {
    rig.platform.refusal = { kind: "dyno-not-up", dyno: "web.1", state: "idle" };
    const refused = await rig.ask("POST", "/apps/example/dynos/web.1", { body: { command: "ls" } });
    expect(refused).toMatchObject({
      status: 409,
      body: { id: "conflict", message: "Could not connect to dyno!" },
    });
    expect((await rig.ask("POST", "/apps/example/dynos/web.1", { body: {} })).status).toBe(422);
  });
});

it("too many one-off dynos: Heroku's id and words", async () => {
  rig.platform.refusal = { kind: "one-off-limit", size: "Eco", limit: 1, running: ["run.1234"] };
  expect(await rig.ask("POST", "/apps/example/dynos", { body: { command: "ls" } })).toMatchObject({
    status: 422,
    body: { id: "cannot_run_above_limit", message: "Cannot run more than 1 Eco size dynos." },
  });
});

describe("release commands", () => {
  it("output_stream_url is read without a token, and is the same each time", async () => {
    rig.platform.outputs.set(4, ["migrating\n", "done\n"]);
    const urls = [];
    for (let asked = 0; asked < 2; asked += 1) {
      const { body } = await rig.ask("GET", "/apps/example/releases/v4");
      urls.push((body as { output_stream_url: string }).output_stream_url);
    }
    expect(urls[0]).toBe(urls[1]);
    const answer = await fetch(urls[0]?.replace("localhost", "127.0.0.1") ?? "");
    expect([answer.status, await answer.text()]).toEqual([200, "migrating\ndone\n"]);
    const none = await rig.ask("GET", "/apps/example/releases/v3");
    expect(none.body).toMatchObject({ output_stream_url: null });
  });

  it("a slug instead of a release copies the newest release that has it", async () => {
    const { body } = await rig.ask("GET", "/apps/example/releases/v4");
    const { slug } = body as { slug: { id: string } };
    const retried = await rig.ask("POST", "/apps/example/releases", {
      body: { description: "Retry of v5", slug: slug.id },
    });
    expect(retried).toMatchObject({ status: 201, body: { version: 6, status: "pending" } });
    expect(rig.platform.asked).toEqual([{ retry: 5 }]);
    const unknown = await rig.ask("POST", "/apps/example/releases", { body: { slug: "nonsense" } });
    expect(unknown).toMatchObject({ status: 404, body: { message: "Couldn't find that slug." } });
  });
});
