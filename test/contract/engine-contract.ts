import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ImageId } from "../../src/heroku/names.ts";
import { tarOf } from "../../src/engine/tar-of.ts";
import { mebibytes } from "../../src/kernel/units.ts";
import { invariant } from "../../src/kernel/invariant.ts";
import { puppet, specOf, until, valueOf, WatchedDyno, type Stage } from "./stage.ts";

/** What every engine does, whatever it is made of. */
export function engineContract(name: string, open: () => Promise<Stage>): void {
  describe(`${name} engine`, () => {
    let stage: Stage;
    beforeAll(async () => void (stage = await open()));
    afterAll(() => stage[Symbol.asyncDispose]());

    it.each([
      ["exit 0", 0],
      ["exit 3", 3],
      ["abort", 134],
      ["crash", 139],
    ])("tells the status of a command that ends by itself: %s", async (words, status) => {
      await using dyno = await puppet(stage, words);
      expect(await dyno.end()).toEqual({ status, outOfMemory: false, lost: false });
    });

    it.each([
      ["SIGTERM", 143],
      ["SIGINT", 130],
      ["SIGHUP", 129],
      ["SIGKILL", 137],
    ] as const)("ends an app without handlers by %s", async (signal, status) => {
      await using dyno = await puppet(stage, "wait");
      await dyno.said("ready");
      await dyno.launched.signal(signal);
      expect(await dyno.end()).toEqual({ status, outOfMemory: false, lost: false });
    });

    it("leaves an app that ignores SIGTERM alone, until SIGKILL", async () => {
      await using dyno = await puppet(stage, "ignore");
      await dyno.said("ready");
      await dyno.launched.signal("SIGTERM");
      expect(await dyno.launched.memory()).toBeDefined();
      await dyno.launched.signal("SIGKILL");
      expect(await dyno.end()).toMatchObject({ status: 137, outOfMemory: false });
    });

    it("takes a signal to a dyno that has gone for nothing", async () => {
      await using dyno = await puppet(stage, "exit 0");
      await dyno.end();
      await dyno.launched.signal("SIGTERM");
      await dyno.launched.signal("SIGKILL");
      expect(await dyno.launched.memory()).toBeUndefined();
      expect(await dyno.launched.listeners()).toEqual([]);
    });

    it("gives the output whole before it tells the end", async () => {
      await using dyno = await puppet(stage, "lines 500");
      await dyno.end();
      expect(dyno.text()).toBe(Array.from({ length: 500 }, (_, index) => `line ${index + 1}\n`).join(""));
    });

    it("has an address for web, and none for others", async () => {
      await using web = await puppet(stage, "serve", { dyno: "web.1", port: stage.port });
      await using worker = await puppet(stage, "wait");
      expect(web.launched.address?.host).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
      expect(worker.launched.address).toBeUndefined();
    });

    it.each([
      ["0.0.0.0", false],
      ["127.0.0.1", true],
    ])("sees who listens on %s", async (host, loopback) => {
      await using dyno = await puppet(stage, `serve ${host}`, { dyno: "web.1", port: stage.port });
      await until(async () => (await dyno.launched.listeners()).length > 0);
      expect(await dyno.launched.listeners()).toEqual([{ host, port: stage.port, loopback }]);
    });

    it("sees nobody where nobody listens", async () => {
      await using dyno = await puppet(stage, "wait", { dyno: "web.1", port: stage.port });
      await dyno.said("ready");
      expect(await dyno.launched.listeners()).toEqual([]);
    });

    it("sees who lives in it, until nobody does", async () => {
      await using dyno = await puppet(stage, "wait");
      await dyno.said("ready");
      const [only, ...others] = (await dyno.launched.processes()) ?? [];
      expect(only?.command).toMatch(/\.\/puppet wait$/);
      expect(others).toEqual([]);
      await dyno.launched.signal("SIGKILL");
      await dyno.end();
      expect(await dyno.launched.processes()).toEqual([]);
    });

    it("hands standard input to a one-off dyno, and its end", async () => {
      await using dyno = await puppet(stage, "echo", { dyno: "run.1234", attach: { kind: "pipe" } });
      dyno.launched.write(Buffer.from("to be heard"));
      dyno.launched.endInput();
      expect(await dyno.end()).toMatchObject({ status: 5 });
      expect(dyno.text("stdout")).toBe("to be heard");
      expect(dyno.text("stderr")).toBe("told\n");
    });

    it("is disposed of twice as well as once", async () => {
      const dyno = await puppet(stage, "wait");
      await dyno[Symbol.asyncDispose]();
      await dyno[Symbol.asyncDispose]();
      expect(await dyno.end()).toMatchObject({ outOfMemory: false, lost: false });
    });

    it("has a spare that begins when it is told, with nothing of its waiting in it", async () => {
      const spec = specOf(stage, "./puppet wait", { dyno: "web.1", port: stage.port });
      const spare = valueOf(await stage.engine.prepare(spec));
      const launched = spare.go();
      invariant(launched !== undefined, "the spare has gone");
      await using dyno = new WatchedDyno(launched);
      expect(launched.address).toBeDefined();
      await dyno.said("ready");
      await launched.signal("SIGTERM");
      expect(await dyno.end()).toEqual({ status: 143, outOfMemory: false, lost: false });
      expect(dyno.text()).toBe("ready\n");
    });

    it("throws a spare away that is not wanted, and then it does not begin", async () => {
      const spare = valueOf(await stage.engine.prepare(specOf(stage, "./puppet wait")));
      await spare[Symbol.asyncDispose]();
      expect(spare.go()).toBeUndefined();
    });

    it("refuses an image that is not there", async () => {
      const spec = { ...specOf(stage, "true"), image: "dynosim/nothing:v1" as ImageId };
      if (stage.engine.name === "fake") return expect(await stage.engine.hasImage(spec.image)).toBe(false);
      expect(await stage.engine.launch(spec)).toMatchObject({
        ok: false,
        failure: { kind: "image-missing" },
      });
    });

    it("bakes a slug, gives it back, and removes it", async () => {
      const tree = await tarOf([{ path: "app/Procfile", content: "web: true\n" }]);
      const spec = { label: stage.app, pythonMinor: "3.13", release: 7, tree: Readable.from([tree]) };
      const image = valueOf(await stage.engine.bake(spec));
      expect(await stage.engine.hasImage(image)).toBe(true);
      const slug = await buffer(valueOf(await stage.engine.readSlug(image)));
      expect(slug.includes("app/Procfile")).toBe(true);
      await stage.engine.removeImage(image);
      await stage.engine.removeImage(image);
      expect(await stage.engine.hasImage(image)).toBe(false);
      expect(await stage.engine.readSlug(image)).toMatchObject({
        ok: false,
        failure: { kind: "image-missing" },
      });
    });

    it("gives a build its status", async () => {
      const spec = {
        label: stage.app,
        pythonMinor: "3.13",
        env: {},
        memory: mebibytes(512),
        onProgress: () => {},
      };
      await using box = valueOf(await stage.engine.openBuild(spec));
      expect(await box.run(["true"], { onOutput: () => {} })).toEqual({ ok: true, value: 0 });
    });

    it("says what it does not enforce", async () => {
      const facts = valueOf(await stage.engine.facts());
      expect(facts.limits.filter(({ how }) => how !== "enforced").length).toBeGreaterThan(0);
    });
  });
}
