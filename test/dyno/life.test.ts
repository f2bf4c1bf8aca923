import { expect, it } from "vitest";
import { AppOnFake } from "../formation/app-on-fake.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

it("each life of a dyno has an id of its own", async () => {
  const app = new AppOnFake();
  app.roll(
    { web: "serve", worker: "work" },
    {
      web: { quantity: 1, size: "basic" },
      worker: { quantity: 1, size: "basic" },
    },
  );
  await app.settle();
  const ids = (): string[] => app.formation.dynos().map((dyno) => dyno.id);
  const first = ids();
  app.formation.restart({ kind: "dyno", dyno: "web.1" });
  await app.settle();
  const second = ids();
  for (const id of [...first, ...second]) expect(id).toMatch(UUID);
  expect(second[1]).toBe(first[1]);
  expect(new Set([...first, ...second]).size).toBe(3);
});
