import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { expect, it } from "vitest";
import { openRig } from "./rig.ts";

/** More than the server's patience and every buffer between the two. */
const LINES = 4000;

it("L11: a tail that does not keep up loses lines, and is told how many since when (heroku.md 7)", async () => {
  await using rig = await openRig();
  const session = await rig.ask("POST", "/apps/example/log-sessions", { body: { tail: true, lines: 0 } });
  const { logplex_url } = session.body as { logplex_url: string };
  const call = request(logplex_url.replace("localhost", "127.0.0.1")).end();
  const [response] = (await once(call, "response")) as [IncomingMessage];
  await expect.poll(() => rig.platform.tails).toBe(1);
  for (let number = 1; number <= LINES; number += 1)
    rig.platform.log(`app[web.1]: ${number} ${"x".repeat(9000)}`);

  let text = "";
  response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  // written once there is room again
  const told = /heroku\[logplex\]: (Error L11.*)/;
  await expect
    .poll(() => {
      rig.platform.log("app[web.1]: more");
      return told.exec(text)?.[1];
    })
    .toMatch(
      /^Error L11 \(Tail buffer overflow\) -> This tail session dropped \d+ messages since 2026-11-20T09:16:\d\d\.\d{6}\+00:00\.$/,
    );
  const kept = [...text.matchAll(/app\[web\.1\]: \d+ x/g)].length;
  expect(kept).toBeLessThan(LINES);
  expect(kept + Number(/dropped (\d+)/.exec(text)?.[1])).toBeGreaterThanOrEqual(LINES);
  response.destroy();
});
