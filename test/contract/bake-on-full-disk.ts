import { readdirSync } from "node:fs";
import { slugsFolder } from "../../src/engine/process/places.ts";
import { appTar, bakeSpec, INSTANCE, NONE, slugRig } from "../engine/process/slug-rig.ts";

/** A program: on a disk of 2 MiB (its TMPDIR) one slug is too large, and of another there is no room for a copy. */
await using rig = await slugRig();
const said = async (act: () => Promise<unknown>): Promise<string> => {
  try {
    await act();
    return "done";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
const size = (bytes: number): string => "x".repeat(bytes);
const slugs = (): number => readdirSync(slugsFolder(rig.places, { instance: INSTANCE })).length;
const tooLarge = await said(() => rig.store.bake(bakeSpec(appTar({ blob: size(3_000_000) }))));
const left = slugs();
const image = await rig.store.bake(bakeSpec(appTar({ blob: size(1_200_000) })));
const noRoom = await said(() => rig.store.moveIn(image, rig.room("web.1-aa"), NONE));
process.stdout.write(JSON.stringify({ tooLarge, left, noRoom, kept: slugs() }));
