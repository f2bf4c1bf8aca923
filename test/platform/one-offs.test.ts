import { describe, expect, it } from "vitest";
import type { Attach } from "../../src/engine/launched.ts";
import { ATTACHED_IDLE_LIMIT, ATTACH_LIMIT, HANG_UP_EVERY } from "../../src/heroku/limits.ts";
import { millis } from "../../src/kernel/units.ts";
import { explain } from "../../src/platform/explain.ts";
import type { Conversation, OneOff, OneOffSpec } from "../../src/platform/platform.ts";
import { PlatformOnFake } from "./platform-on-fake.ts";

const PIPE: Attach = { kind: "pipe" };
const SPEC: OneOffSpec = { command: "ls", env: {}, size: undefined, attach: undefined, type: undefined };

async function run(app: PlatformOnFake, spec: Partial<OneOffSpec> = {}): Promise<OneOff> {
  const launching = app.engine.nextLaunch();
  const started = await app.platform.run({ ...SPEC, ...spec });
  if (!started.ok) throw new Error(started.failure.kind);
  await launching;
  return started.value;
}

async function deployed(dynoType?: string): Promise<PlatformOnFake> {
  const app = new PlatformOnFake({}, { dynoType });
  await app.deploy();
  return app;
}

/** Real time goes by. */
async function pass(app: PlatformOnFake, time: number): Promise<void> {
  await app.realClock.advance(millis(time), async () => {});
}

async function drain(conversation: Conversation): Promise<string> {
  let text = "";
  for await (const chunk of conversation.output) text += Buffer.from(chunk.bytes).toString();
  return text;
}

const of = (app: PlatformOnFake, name: string): string[] =>
  app
    .story()
    .filter((line) => line.startsWith(`${name} `))
    .map((line) => line.slice(name.length + 1));

describe("run", () => {
  it("with a client: Heroku's lines in their order, and output that is not in the log (heroku.md 2.8)", async () => {
    await using app = await deployed();
    const oneOff = await run(app, { command: "bash", attach: PIPE });
    oneOff.attached();
    const reading = drain(oneOff);
    app.engine.dyno(oneOff.name)?.print("hello");
    app.engine.dyno(oneOff.name)?.exit(0);
    expect([await reading, await oneOff.exit]).toEqual(["hello\n", 0]);
    expect(of(app, oneOff.name)).toEqual([
      "Awaiting client",
      "Starting process with command `bash`",
      "State changed from starting to up",
      "Process exited with status 0",
      "State changed from up to complete",
    ]);
    expect(of(app, "api").at(-1)).toBe("Starting process with command `bash` by user me@example.com");
  });

  it("knows the Procfile's types, with arguments, and its own variables", async () => {
    await using app = await deployed("standard-1x");
    const { name } = await run(app, { command: "worker 42 -v", env: { A: "1" }, size: "Standard-2X" });
    expect(app.engine.dyno(name)?.spec).toMatchObject({
      command: "work 42 -v",
      env: { A: "1", DYNO: name },
      quota: 1024 * 1024 * 1024,
      port: undefined,
    });
  });

  it("R13: a client that never comes", async () => {
    await using app = await deployed();
    const oneOff = await run(app, { attach: PIPE });
    await pass(app, ATTACH_LIMIT - 1);
    expect(app.engine.dyno(oneOff.name)?.running).toBe(true);
    await pass(app, 1);
    expect(await oneOff.exit).toBe(128);
    expect(of(app, oneOff.name).slice(-3)).toEqual([
      "Error R13 (Attach error) -> Failed to attach to process",
      "Process exited with status 128",
      "State changed from up to complete",
    ]);
  });

  it("R16: three SIGHUPs, five seconds apart, and then it is left alone", async () => {
    await using app = await deployed();
    const oneOff = await run(app, { attach: PIPE });
    const dyno = app.engine.dyno(oneOff.name);
    if (dyno) dyno.onSignal = (name) => name === "SIGTERM" && dyno.exit(143);
    oneOff.attached();
    oneOff.hangUp();
    const counts = [];
    for (let look = 0; look < 5; look += 1) {
      await new Promise(setImmediate);
      counts.push(dyno?.signals.length);
      await pass(app, HANG_UP_EVERY);
    }
    expect(counts).toEqual([1, 2, 3, 3, 3]);
    expect(of(app, oneOff.name).filter((line) => line.includes("R16"))).toHaveLength(1);
    expect(dyno?.running).toBe(true);
  });

  it("an hour without a word either way closes the connection; a word begins it anew", async () => {
    await using app = await deployed();
    const oneOff = await run(app, { attach: PIPE });
    let closed = false;
    void oneOff.fellSilent.then(() => (closed = true));
    oneOff.attached();
    const reading = drain(oneOff);
    await pass(app, ATTACHED_IDLE_LIMIT - 1);
    oneOff.write(Buffer.from("x"));
    await pass(app, ATTACHED_IDLE_LIMIT - 1);
    app.engine.dyno(oneOff.name)?.print("y");
    await new Promise(setImmediate);
    await pass(app, ATTACHED_IDLE_LIMIT - 1);
    oneOff.resize(80, 24);
    expect(closed).toBe(false);
    await pass(app, 1);
    expect(closed).toBe(true);
    oneOff.hangUp();
    expect([await reading, await oneOff.exit]).toEqual(["y\n", 129]);
  });

  it.each([
    ["eco", 1],
    ["basic", 50],
    ["performance-m", 5],
  ])("at most as many at once as the dyno type allows: %s %d (heroku.md 1.2)", async (size, limit) => {
    await using app = await deployed(size);
    const all = [];
    for (let number = 0; number < limit; number += 1) all.push(await run(app, { size }));
    expect(new Set(all.map(({ name }) => name)).size).toBe(limit);
    const refused = await app.platform.run({ ...SPEC, size });
    expect(refused).toMatchObject({ ok: false, failure: { kind: "one-off-limit", limit } });
    const first = all[0];
    app.engine.dyno(first?.name ?? "")?.exit(0);
    await first?.exit;
    expect((await app.platform.run({ ...SPEC, size })).ok).toBe(true);
  });

  it.each([
    ["eco", "basic", ["Eco", "Basic"]],
    ["standard-1x", "eco", ["Eco", "Standard-1X"]],
  ])(
    "beside %s web dynos there is no place for one of %s (heroku.md 1.2)",
    async (formation, size, sizes) => {
      await using app = await deployed(formation);
      expect(await app.platform.run({ ...SPEC, size })).toEqual({
        ok: false,
        failure: { kind: "mixed-dyno-types", sizes },
      });
      await app.platform.scale([{ type: "web", quantity: "0", size: undefined }]);
      expect((await app.platform.run({ ...SPEC, size })).ok).toBe(true);
    },
  );

  it("says which dyno stands in the way", async () => {
    await using app = await deployed();
    const { name } = await run(app);
    const refused = await app.platform.run(SPEC);
    expect(!refused.ok && explain(refused.failure)).toEqual({
      title: "Cannot run more than 1 Eco size dynos.",
      body: `One-off dynos that run: ${name}.`,
      next: `Wait until one ends, or end it: dynosim ps:stop -d ${name}`,
      exitCode: 1,
    });
  });

  it("does not wake a sleeping app, and does not sleep with it (heroku.md 1.3)", async () => {
    await using app = await deployed();
    await expect.poll(() => app.platform.dynos()[0]?.state).toBe("up");
    await app.platform.idle();
    const { name } = await run(app);
    expect(app.platform.dynos().map((dyno) => [dyno.name, dyno.state])).toEqual([
      ["web.1", "idle"],
      [name, "up"],
    ]);
  });

  it("is refused when the release's image is gone", async () => {
    await using app = await deployed();
    app.engine.images.clear();
    expect(await app.platform.run(SPEC)).toMatchObject({ ok: false, failure: { kind: "image-missing" } });
  });

  it.each([
    ["its name", (name: string) => ({ kind: "dyno", dyno: name }) as const],
    ["its type", () => ({ kind: "type", type: "run" }) as const],
  ])("ps:stop ends it by %s, and does not start it again", async (_how, target) => {
    await using app = await deployed();
    const oneOff = await run(app);
    expect((await app.platform.stop(target(oneOff.name))).ok).toBe(true);
    expect(await oneOff.exit).toBe(143);
    expect(of(app, oneOff.name).slice(-3)).toEqual([
      "Stopping all processes with SIGTERM",
      "Process exited with status 143",
      "State changed from up to complete",
    ]);
    await expect.poll(() => app.platform.dynos().map((dyno) => dyno.name)).toEqual(["web.1"]);
  });
});

describe("ps:exec", () => {
  it("comes into a dyno that is up, and its client is its own", async () => {
    await using app = await deployed();
    await expect.poll(() => app.platform.ready()).toBe(true);
    const started = await app.platform.exec("web.1", { command: "ps aux", attach: PIPE });
    if (!started.ok) throw new Error(started.failure.kind);
    const { value: session } = started;
    const inside = app.engine.dyno("web.1")?.insides[0];
    expect(inside?.spec).toEqual({ command: "ps aux", attach: PIPE });
    session.attached();
    session.write(Buffer.from("x"));
    session.endInput();
    const reading = drain(session);
    inside?.print("42");
    await pass(app, ATTACH_LIMIT + 1);
    expect(inside?.hangUps).toBe(0);
    inside?.exit(4);
    expect([await reading, await session.exit, inside?.inputEnded]).toEqual(["42\n", 4, true]);
    expect(app.engine.dyno("web.1")?.running).toBe(true);
  });

  it("is hung up when nobody comes for it", async () => {
    await using app = await deployed();
    await expect.poll(() => app.platform.ready()).toBe(true);
    const started = await app.platform.exec("web.1", { command: "bash", attach: PIPE });
    await pass(app, ATTACH_LIMIT);
    expect(await (started.ok ? started.value.exit : undefined)).toBe(129);
  });

  it("goes with its dyno", async () => {
    await using app = await deployed();
    await expect.poll(() => app.platform.ready()).toBe(true);
    const started = await app.platform.exec("web.1", { command: "bash", attach: PIPE });
    await app.platform.restart({ kind: "all" });
    expect(await (started.ok ? started.value.exit : undefined)).toBe(129);
  });

  it("is refused for a dyno that sleeps, or is not there", async () => {
    await using app = await deployed();
    await expect.poll(() => app.platform.ready()).toBe(true);
    await app.platform.idle();
    const spec = { command: "bash", attach: PIPE };
    expect(await app.platform.exec("web.1", spec)).toEqual({
      ok: false,
      failure: { kind: "dyno-not-up", dyno: "web.1", state: "idle" },
    });
    expect(await app.platform.exec("web.9", spec)).toEqual({
      ok: false,
      failure: { kind: "unknown-dyno", dyno: "web.9", known: ["web.1"] },
    });
  });
});
