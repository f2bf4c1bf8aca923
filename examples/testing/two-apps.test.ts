import { createDynosim } from "dynosim/testing";
import { expect, it } from "vitest";

it("two apps at once have each its own dynos, log and time", async () => {
  await using one = await createDynosim({ folder: "../sleepy-gunicorn", clock: "paused" });
  await using other = await createDynosim({ folder: "app", clock: "paused" });
  await one.clock.advance("31m");
  expect([one.dynos[0]?.state, other.dynos[0]?.state]).toEqual(["idle", "up"]);
  expect(one.clock.now - other.clock.now).toBeGreaterThan(30 * 60_000);
  expect(other.logs.some((line) => line.text === "Idling")).toBe(false);
  expect(await (await other.fetch("/")).text()).toBe("nothing yet\n");
});
