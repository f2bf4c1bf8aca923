import { createDynosim } from "dynosim/testing";
import { expect, it } from "vitest";

it("falls asleep after half an hour without visitors, and wakes with the next one", async () => {
  await using app = await createDynosim({ folder: "../sleepy-gunicorn", clock: "paused" });
  expect((await app.fetch("/")).status).toBe(200);

  await app.clock.advance("31m");
  expect(app.dynos[0]?.state).toBe("idle");
  expect((await app.events.waitFor("process-exited")).status).toBe(0);

  const asleep = app.logs.length;
  expect((await app.fetch("/")).status).toBe(200);
  await app.logs.waitFor("heroku[web.1]: Unidling", { from: asleep });
});
