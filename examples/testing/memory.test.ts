import { createDynosim } from "dynosim/testing";
import { expect, it } from "vitest";

it("is killed when it takes more than twice the memory of its dyno", async () => {
  await using app = await createDynosim({ folder: "app", formation: ["web", "hog"] });
  await app.logs.waitFor("heroku[hog.1]: Error R15 (Memory quota vastly exceeded)");
  const exited = await app.events.waitFor("process-exited");
  expect([exited.dyno, exited.status]).toEqual(["hog.1", 137]);
  expect((await app.fetch("/")).status).toBe(200);
});
