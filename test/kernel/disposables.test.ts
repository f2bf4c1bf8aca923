import { expect, it } from "vitest";
import { AsyncDisposables, Disposables } from "../../src/kernel/disposables.ts";

const teller = (gone: string[], name: string): Disposable => ({
  [Symbol.dispose]: () => void gone.push(name),
});
const failing: Disposable = {
  [Symbol.dispose]: () => {
    throw new Error("stuck");
  },
};

it("the last one in goes first, once, whatever one of them throws", () => {
  const gone: string[] = [];
  const all = new Disposables();
  all.use(teller(gone, "a"));
  all.use(failing);
  all.use(teller(gone, "b"));
  expect(() => all[Symbol.dispose]()).toThrow("stuck");
  all[Symbol.dispose]();
  expect(gone).toEqual(["b", "a"]);
});

it("those that take their time are waited for one by one", async () => {
  const gone: string[] = [];
  const all = new AsyncDisposables();
  all.use(teller(gone, "a"));
  all.defer(async () => {
    await Promise.resolve();
    gone.push("b");
  });
  all.use(failing);
  await expect(all[Symbol.asyncDispose]()).rejects.toThrow("stuck");
  expect(gone).toEqual(["b", "a"]);
});

it("what was moved goes with its taker", async () => {
  const gone: string[] = [];
  let taker: AsyncDisposables;
  {
    await using all = new AsyncDisposables();
    all.use(teller(gone, "a"));
    taker = all.move();
  }
  expect(gone).toEqual([]);
  await taker[Symbol.asyncDispose]();
  expect(gone).toEqual(["a"]);
});
