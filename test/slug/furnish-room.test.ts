import { PassThrough, Readable } from "node:stream";
import { expect, it } from "vitest";
import type { AppSource } from "../../src/manifest/app-source.ts";
import { startReading } from "../../src/slug/furnish-room.ts";

const PIECE = 1_048_576;

it("reads ahead while the box opens, and then waits: a large source is never held whole", async () => {
  let given = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      given += 1;
      yield Buffer.alloc(PIECE);
      await new Promise(setImmediate);
    }
  }
  const source = { tar: () => Readable.from(endless(), { objectMode: false }) } as unknown as AppSource;
  using sending = startReading(source);
  const { tar } = sending;
  await expect.poll(() => tar instanceof PassThrough && tar.writableNeedDrain).toBe(true);
  const ahead = given;
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
  expect(ahead).toBeGreaterThan(2);
  expect(given).toBeLessThanOrEqual(16);
});
