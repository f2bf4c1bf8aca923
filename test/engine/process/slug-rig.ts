import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pack, type Header } from "tar-stream";
import type { Owner } from "../../../src/engine/app-label.ts";
import type { BakeSpec } from "../../../src/engine/build-box.ts";
import type { Confinement } from "../../../src/engine/process/confinement.ts";
import { openSlugStore } from "../../../src/engine/process/disk-slugs.ts";
import { placesIn, type Places } from "../../../src/engine/process/places.ts";
import type { Room } from "../../../src/engine/process/room.ts";
import type { SlugStore } from "../../../src/engine/process/slug-store.ts";
import type { AppName, InstanceId } from "../../../src/heroku/names.ts";

export const INSTANCE = "0d9f7b9e-1111-4222-8333-444455556666" as InstanceId;
const LABEL = { instance: INSTANCE, app: "web-shop" as AppName };
export const WRITER: Pick<Owner, "pid" | "started"> = {
  pid: process.pid,
  started: "Sat Nov 21 20:00:00 2026",
};

/** What a confinement says that is asked nothing. */
function shut(kind: Confinement["kind"], overlays: boolean): Confinement {
  const shuts: Pick<Confinement, "shutIn" | "join" | "initOf"> = {
    shutIn: (argv) => argv,
    join: (argv) => argv,
    initOf: () => undefined,
  };
  const isShut = kind !== "none";
  return {
    kind,
    isShut,
    overlays,
    limitsProcesses: false,
    refusesLowPorts: false,
    reason: undefined,
    ...shuts,
  };
}

export const WITH_OVERLAY: Confinement = shut("unshare", true);
export const WITHOUT_OVERLAY: Confinement = shut("bubblewrap", false);
export const NONE: Confinement = shut("none", false);

export interface SlugRig extends AsyncDisposable {
  readonly places: Places;
  readonly store: SlugStore;
  room(name: string): Room;
}

export async function slugRig(): Promise<SlugRig> {
  const temp = mkdtempSync(join(realpathSync(tmpdir()), "slugs-"));
  const places = placesIn(temp);
  return {
    places,
    store: openSlugStore(places, WRITER),
    room: (name) => roomIn(places, name),
    async [Symbol.asyncDispose]() {
      rmSync(temp, { recursive: true, force: true });
    },
  };
}

export function roomIn({ rooms }: Places, name: string): Room {
  const folder = join(rooms, name);
  mkdirSync(folder, { recursive: true });
  return { folder, owner: { ...LABEL, ...WRITER }, kind: "dyno" };
}

/** A file by its text, or anything else by its head. */
export type Content = string | (Partial<Header> & { readonly text?: string });

/** A tar stream of these paths under `app/`, owned by the dyno's user as a build's box has it. */
export function appTar(files: Readonly<Record<string, Content>>): Readable {
  const archive = pack();
  const owner = { uid: 1000, gid: 1000, mtime: new Date("2026-11-21T12:00:00Z") };
  archive.entry({ ...owner, name: "app/", type: "directory", mode: 0o755 });
  for (const [path, content] of Object.entries(files)) {
    const name = `app/${path}`;
    const { text, ...head } = typeof content === "string" ? { text: content } : content;
    archive.entry({ ...owner, name, mode: 0o644, ...head }, text ?? "");
  }
  archive.finalize();
  return Readable.from(archive as AsyncIterable<Uint8Array>, { objectMode: false });
}

export function bakeSpec(tree: Readable, more: Partial<BakeSpec> = {}): BakeSpec {
  return { label: LABEL, pythonMinor: "3.13", release: 3, tree, ...more };
}
