import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { ImageId } from "../../../src/heroku/names.ts";
import type { Confinement } from "../../../src/engine/process/confinement.ts";
import { HostPythons } from "../../../src/engine/process/host-pythons.ts";
import { buildTmp, type Places } from "../../../src/engine/process/places.ts";
import { slugIdOf } from "../../../src/engine/process/slug-id.ts";
import { packTree } from "../../../src/engine/process/tar.ts";
import {
  bakeSpec,
  INSTANCE,
  NONE,
  roomIn,
  slugRig,
  WITH_OVERLAY,
  type SlugRig,
} from "../../engine/process/slug-rig.ts";
import type { Case } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { byTurns, timed } from "../samples.ts";

/** As `pip install` leaves it: some 150 MB, 7,000 files. */
const REQUIREMENTS = ["pandas", "flask", "gunicorn"];
/** issue E, Figures */
const MOST = 300;

/** A fresh tree of a slug for a dyno, by a layer and by a copy: against `cp` that copies, and `cp` that links. */
export const processCopy: Case = async ({ runs, tell }) => {
  await using rig = await slugRig();
  const image = await bakePandas(rig);
  const slug = slugIdOf(image);
  const tree = join(rig.places.apps, slug?.instance ?? "", "slugs", slug?.id ?? "", "app");
  const { stdout } = await execa("du", ["-sm", "--apparent-size", tree]);
  tell(`a slug of ${stdout.split("\t")[0]} MB`);
  const measure = async (way: string, confinement: Confinement, option: string): Promise<Figure> => {
    const { ours, peer } = await byTurns(
      runs,
      () => inRoom(rig.places, (name) => rig.store.moveIn(image, roomIn(rig.places, name), confinement)),
      () => inRoom(rig.places, (name) => execa("cp", [option, tree, join(rig.places.rooms, name, "app")])),
    );
    return {
      name: `a dyno's tree of a 150 MB slug, ${way}`,
      unit: "ms",
      ours,
      peer: { name: `cp ${option}`, samples: peer },
      wanted: { kind: "at-most", most: MOST },
    };
  };
  return [await measure("a layer", WITH_OVERLAY, "-al"), await measure("a copy", NONE, "-a")];
};

async function bakePandas({ places, store }: SlugRig): Promise<ImageId> {
  const home = join(buildTmp(places, { instance: INSTANCE }), "app");
  const venv = join(home, ".heroku/python");
  mkdirSync(venv, { recursive: true });
  const python = new HostPythons(process.env, join(places.root, "found.json")).find("3.13");
  if (python === undefined) throw new Error("this machine has no Python 3.13");
  await execa(python.executable, ["-m", "venv", venv]);
  await execa(join(venv, "bin/python"), ["-m", "pip", "install", "-q", ...REQUIREMENTS]);
  return store.bake(bakeSpec(packTree(buildTmp(places, { instance: INSTANCE }), "app")));
}

/** In a room that is new, and gone afterwards. */
async function inRoom(places: Places, act: (name: string) => Promise<unknown>): Promise<number> {
  const { folder } = roomIn(places, `web.1-${randomBytes(4).toString("hex")}`);
  const milliseconds = await timed(() => act(folder.slice(places.rooms.length + 1)));
  rmSync(folder, { recursive: true });
  return milliseconds;
}
