import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { buildTmp } from "../../src/engine/process/places.ts";
import { HostPythons } from "../../src/engine/process/host-pythons.ts";
import { packTree } from "../../src/engine/process/tar.ts";
import { bakeSpec, INSTANCE, NONE, slugRig } from "../engine/process/slug-rig.ts";

const MINORS = ["3.14", "3.13", "3.12", "3.11", "3.10"];

it("a virtual environment that was built elsewhere works in each dyno's own place", async () => {
  await using rig = await slugRig();
  const pythons = new HostPythons(process.env, join(rig.places.root, "found.json"));
  const host = MINORS.map((minor) => pythons.find(minor)).find((found) => found !== undefined);
  if (host === undefined) throw new Error("this machine has no Python");
  const home = join(buildTmp(rig.places, { instance: INSTANCE }), "app");
  const venv = join(home, ".heroku/python");
  mkdirSync(venv, { recursive: true });
  execFileSync(host.executable, ["-m", "venv", "--without-pip", "--symlinks", venv]);
  const inVenv = (name: string): string =>
    execFileSync(join(venv, "bin/python"), ["-c", `import sysconfig; print(sysconfig.get_path("${name}"))`])
      .toString()
      .trim();
  mkdirSync(join(home, "src/shop"), { recursive: true });
  writeFileSync(join(home, "src/shop/__init__.py"), "WHERE = __file__\n");
  // installed as a link to its source, with a command
  writeFileSync(join(inVenv("purelib"), "shop.pth"), `${home}/src\n`);
  writeFileSync(
    join(inVenv("scripts"), "shop"),
    `#!${venv}/bin/python\nimport shop, sys\nprint(shop.WHERE, sys.prefix)\n`,
    { mode: 0o755 },
  );
  const image = await rig.store.bake(bakeSpec(packTree(join(home, ".."), "app")));
  // what was built is gone: nothing may lead there
  execFileSync("rm", ["-rf", home]);
  for (const name of ["web.1-aa", "web.2-bb"]) {
    const { path } = (await rig.store.moveIn(image, rig.room(name), NONE)) ?? { path: "" };
    const said = execFileSync(join(path, ".heroku/python/bin/shop")).toString();
    expect(said).toBe(`${path}/src/shop/__init__.py ${path}/.heroku/python\n`);
    const activated = execFileSync("bash", [
      "-c",
      '. "$0"; command -v shop',
      `${path}/.heroku/python/bin/activate`,
    ]);
    expect(activated.toString()).toBe(`${path}/.heroku/python/bin/shop\n`);
  }
});
