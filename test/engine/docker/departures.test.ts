import type Docker from "dockerode";
import { expect, it } from "vitest";
import { Departures } from "../../../src/engine/docker/departures.ts";

const AWAY = Object.assign(new Error("connect ENOENT"), { code: "ENOENT" });
const REFUSED = Object.assign(new Error("driver failed"), { statusCode: 500 });

/** A container whose removals end so in turn. */
function container(...ends: readonly (Error | "removed")[]): {
  container: Docker.Container;
  asked: () => number;
} {
  const left = [...ends];
  let asked = 0;
  const remove = async (): Promise<void> => {
    asked += 1;
    const end = left.shift();
    if (end instanceof Error) throw end;
  };
  return { container: { remove } as unknown as Docker.Container, asked: () => asked };
}

it("what could not be reached is removed when the engine answers, once", async () => {
  let told = 0;
  const departures = new Departures(() => (told += 1));
  const lost = container(AWAY, "removed");
  departures.outOfReach(lost.container);
  expect(told).toBe(1);
  await expect(departures.reach()).rejects.toThrow("ENOENT");
  await departures.reach();
  await departures.reach();
  expect(lost.asked()).toBe(2);
});

it("what the engine does not want to remove is left for the next start's sweep", async () => {
  const departures = new Departures(() => {});
  const stubborn = container(REFUSED, "removed");
  departures.outOfReach(stubborn.container);
  await departures.reach();
  await departures.reach();
  expect(stubborn.asked()).toBe(1);
});
