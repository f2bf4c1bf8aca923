import { afterEach, describe, expect, it } from "vitest";
import { AppOnFake } from "./app-on-fake.ts";

let app: AppOnFake;

async function appWith(web: number): Promise<void> {
  app = new AppOnFake();
  app.roll({ web: "serve" }, { web: { quantity: web, size: "basic" } });
  await app.settle();
}

afterEach(async () => {
  await app.formation.shutdown();
});

describe("who serves a request (heroku.md 3.2)", () => {
  it("is known at once when a dyno is up: no promise", async () => {
    await appWith(1);
    expect(app.checkout()).toMatchObject({
      kind: "leased",
      lease: { dyno: "web.1" },
    });
  });
});
