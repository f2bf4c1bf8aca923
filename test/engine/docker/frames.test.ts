import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { Frames, MarkRemoved } from "../../../src/engine/docker/frames.ts";
import type { OutputChunk } from "../../../src/engine/launched.ts";

function frame(stream: 1 | 2, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

async function read(pieces: readonly Buffer[], seen: () => void = () => {}): Promise<readonly string[]> {
  const chunks: OutputChunk[] = await Readable.from(pieces, { objectMode: false })
    .pipe(new Frames())
    .pipe(new MarkRemoved(seen))
    .toArray();
  return chunks.map(({ stream, bytes }) => `${stream}: ${Buffer.from(bytes).toString()}`);
}

describe("frames", () => {
  const whole = Buffer.concat([frame(1, "one"), frame(2, "two"), frame(1, ""), frame(1, "three")]);

  it("are taken apart", async () => {
    expect(await read([whole])).toEqual(["stdout: one", "stderr: two", "stdout: three"]);
  });

  it("may come in pieces of any size", async () => {
    const bytes = Array.from(whole, (_, index) => whole.subarray(index, index + 1));
    const text = (await read(bytes)).map((chunk) => chunk.slice("stdout: ".length)).join("");
    expect(text).toBe("onetwothree");
  });

  it("pass on what came before they broke off", async () => {
    expect(await read([frame(1, "whole").subarray(0, 11)])).toEqual(["stdout: who"]);
  });
});

describe("the init's mark", () => {
  it.each([
    ["alone", [frame(1, "\0"), frame(1, "app")]],
    ["with the app's first words", [frame(1, "\0app")]],
  ])("is taken off: %s", async (_what, pieces) => {
    let seen = 0;
    expect(await read(pieces, () => seen++)).toEqual(["stdout: app"]);
    expect(seen).toBe(1);
  });

  it("is looked for only once", async () => {
    expect(await read([frame(1, "\0"), frame(1, "\0binary")])).toEqual(["stdout: \0binary"]);
  });

  it("is not seen where there is none", async () => {
    let seen = 0;
    expect(await read([frame(1, "bash: not found")], () => seen++)).toEqual(["stdout: bash: not found"]);
    expect(seen).toBe(0);
  });
});
