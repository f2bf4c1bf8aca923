import { expect, it } from "vitest";
import { LentBuffer } from "../../src/router/lent-buffer.ts";

const LONG = 40_000;
const SIZE = 65_536;

it("short answers are read into one buffer for all, and what is kept of them is a copy", () => {
  const [one, other] = [new LentBuffer(), new LentBuffer()];
  const buffer = one.next();
  expect(other.next()).toBe(buffer);
  const bytes = buffer.subarray(0, 5);
  bytes.write("hello");
  const kept = one.keep(bytes);
  bytes.write("other");
  expect(kept.toString()).toBe("hello");
  expect(one.next()).toBe(buffer);
});

it("a long answer gets buffers of its own, a fresh one where the last was kept", () => {
  const lent = new LentBuffer();
  const shared = lent.next();
  shared[0] = 1;
  const first = lent.keep(shared.subarray(0, LONG));
  shared[0] = 2;
  expect(first[0]).toBe(1);

  const own = lent.next();
  expect(own).not.toBe(shared);
  expect(lent.next()).toBe(own);
  const part = own.subarray(0, LONG);
  expect(lent.keep(part)).toBe(part);
  const next = lent.next();
  expect(next).not.toBe(own);

  lent.keep(next.subarray(0, LONG));
  lent.unkeep();
  expect(lent.next()).toBe(next);
});

it("goes back to the one for all when the answer is over, also where its end is kept", () => {
  const lent = new LentBuffer();
  const shared = lent.next();
  lent.keep(shared.subarray(0, LONG));
  const own = lent.next();
  lent.keep(own.subarray(0, LONG));
  lent.rest();
  expect(lent.next()).toBe(shared);
});

it("few bytes never keep a whole buffer", () => {
  const lent = new LentBuffer();
  lent.keep(lent.next().subarray(0, LONG));
  const own = lent.next();
  const few = own.subarray(0, 10);
  expect(lent.keep(few).buffer).not.toBe(own.buffer);
  expect(lent.next()).toBe(own);
});

/** Has taken nothing yet; `written` says that the oldest write is done. */
class SlowSocket {
  readonly #done: (() => void)[] = [];
  write = (_bytes: Buffer, done?: () => void): boolean => {
    if (done !== undefined) this.#done.push(done);
    return false;
  };
  written(): void {
    this.#done.shift()?.();
  }
}

it("a buffer is used again once it has been written, by whoever needs one, and never before", () => {
  const [lent, other] = [new LentBuffer(), new LentBuffer()];
  const socket = new SlowSocket();
  const pass = (from: LentBuffer, bytes: Buffer): boolean =>
    from.write(socket as unknown as Parameters<LentBuffer["write"]>[0], bytes);
  for (const one of [lent, other]) pass(one, one.next().subarray(0, LONG));
  const first = lent.next();
  pass(lent, first);
  const second = lent.next();
  expect(second).not.toBe(first);
  pass(lent, second);
  expect(other.next()).not.toBe(first);
  socket.written();
  const third = lent.next();
  expect(third).toBe(first);
  // both halves of it are under way: one written is not enough
  pass(lent, third.subarray(0, SIZE / 2));
  pass(lent, third.subarray(SIZE / 2));
  const fourth = lent.next();
  socket.written();
  socket.written();
  pass(lent, fourth);
  expect(lent.next()).toBe(second);
  socket.written();
  pass(lent, second);
  expect(lent.next()).toBe(third);
});

it("a buffer that was written at once is not given to others while it is read into", () => {
  const lent = new LentBuffer();
  const socket = new SlowSocket();
  const pass = (bytes: Buffer): boolean =>
    lent.write(socket as unknown as Parameters<LentBuffer["write"]>[0], bytes);
  pass(lent.next().subarray(0, LONG));
  const own = lent.next();
  pass(own);
  lent.unkeep();
  expect(lent.next()).toBe(own);
  socket.written();
  const other = new LentBuffer();
  other.keep(other.next().subarray(0, LONG));
  expect(other.next()).not.toBe(own);
});
