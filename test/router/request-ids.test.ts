import { expect, it } from "vitest";
import { seededRandom } from "../../src/kernel/random.ts";
import { RequestIds } from "../../src/router/request-ids.ts";

it("are hex digits in the form of a UUID, each another one (heroku.md 3.3)", () => {
  const ids = new RequestIds(seededRandom(1), false);
  const made = Array.from({ length: 500 }, () => ids.next());
  for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(new Set(made).size).toBe(500);
  // no version bits: any digit stands anywhere
  for (const place of [0, 14, 19, 35]) expect(new Set(made.map((id) => id[place])).size).toBe(16);
});

it("are UUIDs of version 4 in era legacy (router.md 5.1)", () => {
  const ids = new RequestIds(seededRandom(2), true);
  for (let count = 0; count < 100; count++)
    expect(ids.next()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
