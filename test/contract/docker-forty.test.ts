import { describe, expect, it } from "vitest";
import { openDockerStage } from "./docker-stage.ts";
import { puppet, WEB_PORT } from "./stage.ts";

describe("forty dynos of one app", () => {
  it("start at once, each with a place of its own, and stop at once", async () => {
    await using stage = await openDockerStage();
    const dynos = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        puppet(stage, "serve", { dyno: `web.${index + 1}`, port: WEB_PORT }),
      ),
    );
    await Promise.all(dynos.map((dyno) => dyno.said("bound")));
    expect(new Set(dynos.map((dyno) => dyno.launched.address?.host)).size).toBe(40);
    await Promise.all(dynos.map((dyno) => dyno.launched.signal("SIGTERM")));
    const exits = await Promise.all(dynos.map((dyno) => dyno.end()));
    expect(new Set(exits.map((exit) => exit.status))).toEqual(new Set([143]));
    await Promise.all(dynos.map((dyno) => dyno[Symbol.asyncDispose]()));
  });
});
