import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { tarOf } from "../../src/engine/tar-of.ts";
import { mebibytes } from "../../src/kernel/units.ts";
import { MINOR, openDockerStage } from "./docker-stage.ts";
import { launch, valueOf } from "./stage.ts";

const NODE = join(import.meta.dirname, "../../node_modules/node/bin/node");

it("V8 sizes its heap by the dyno's quota, not by the machine (heroku.md 10.53)", async () => {
  await using stage = await openDockerStage();
  const content = await readFile(await realpath(NODE));
  const tree = Readable.from([await tarOf([{ path: "app/node", content, mode: 0o755 }])]);
  const { engine, app: label } = stage;
  const image = valueOf(await engine.bake({ label, pythonMinor: MINOR, release: 2, tree }));
  const heapAt = async (megabytes: number): Promise<number> => {
    const quota = mebibytes(megabytes);
    const command = "./node -p 'v8.getHeapStatistics().heap_size_limit / 2 ** 20'";
    const part = { quota, killAt: mebibytes(megabytes * 2) };
    await using dyno = await launch({ ...stage, image }, command, part);
    await dyno.end();
    return Number(dyno.text());
  };
  // half of the quota, and what V8 adds for young objects
  expect(await heapAt(512)).toBeGreaterThanOrEqual(256);
  expect(await heapAt(512)).toBeLessThan(330);
  expect(await heapAt(1024)).toBeGreaterThanOrEqual(512);
  expect(await heapAt(1024)).toBeLessThan(620);
});
