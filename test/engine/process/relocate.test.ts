import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildTmp } from "../../../src/engine/process/places.ts";
import { packTree } from "../../../src/engine/process/tar.ts";
import type { Home } from "../../../src/engine/process/slug-store.ts";
import {
  appTar,
  bakeSpec,
  INSTANCE,
  NONE,
  slugRig,
  WITH_OVERLAY,
  WITHOUT_OVERLAY,
  type SlugRig,
} from "./slug-rig.ts";

/** A tree that was built at `at`. */
const builtAt = (at: string): Parameters<typeof appTar>[0] => ({
  Procfile: "web: /app/serve\n",
  "serve.py": 'route("/app/login")\n',
  ".heroku/python/bin/gunicorn": `#!${at}/.heroku/python/bin/python\nimport sys\n`,
  ".heroku/python/pyvenv.cfg": `home = /usr/bin\ncommand = python -m venv ${at}/.heroku/python\n`,
  ".heroku/python/lib/shop.pth": `${at}\n`,
  ".heroku/python/lib/shop.py": `ROOT = "${at}/x"\n`,
  ".heroku/python/lib/shop.so": `\0${at}/lib\0`,
  "tools/run": `#!${at}/bin/tool\n`,
  "tools/link": { type: "symlink", linkname: `${at}/tools/run` },
  "tools/other": { type: "symlink", linkname: "/usr/bin/env" },
  ".profile.d/web.sh": `cat /sys/fs/cgroup/memory/memory.limit_in_bytes; PATH=${at}/bin:$PATH\n`,
});

async function movedIn(rig: SlugRig, at: string, confinement = NONE): Promise<Home> {
  const image = await rig.store.bake(bakeSpec(appTar(builtAt(at))));
  const home = await rig.store.moveIn(image, rig.room("web.1-3f"), confinement);
  if (home === undefined) throw new Error("no home");
  return home;
}

describe("a slug's own place", () => {
  it.each([["/app"], ["the app's /tmp"]])("built at %s, it names /app", async (place) => {
    await using rig = await slugRig();
    const at = place === "/app" ? place : join(buildTmp(rig.places, { instance: INSTANCE }), "app");
    const home = await movedIn(rig, at, WITH_OVERLAY);
    const slug = home.around.overlay?.lower ?? "";
    const texts = [
      ".heroku/python/bin/gunicorn",
      ".heroku/python/pyvenv.cfg",
      ".heroku/python/lib/shop.pth",
      ".heroku/python/lib/shop.py",
      "tools/run",
      "serve.py",
    ].map((path) => readFileSync(join(slug, path), "utf8"));
    expect(texts).toEqual([
      "#!/app/.heroku/python/bin/python\nimport sys\n",
      "home = /usr/bin\ncommand = python -m venv /app/.heroku/python\n",
      "/app\n",
      'ROOT = "/app/x"\n',
      "#!/app/bin/tool\n",
      'route("/app/login")\n',
    ]);
    expect(readFileSync(join(slug, ".heroku/python/lib/shop.so"), "utf8")).toBe(`\0${at}/lib\0`);
    expect(readlinkSync(join(slug, "tools/link"))).toBe("/app/tools/run");
  });

  it("names the room's in the copy of a dyno that has no /app", async () => {
    await using rig = await slugRig();
    const { path } = await movedIn(rig, "/app");
    const text = (name: string): string => readFileSync(join(path, name), "utf8");
    expect(path).toBe(join(rig.places.rooms, "web.1-3f", "app"));
    expect(text(".heroku/python/bin/gunicorn")).toBe(`#!${path}/.heroku/python/bin/python\nimport sys\n`);
    expect(text(".heroku/python/pyvenv.cfg")).toContain(`venv ${path}/.heroku/python\n`);
    expect(text(".heroku/python/lib/shop.pth")).toBe(`${path}\n`);
    expect(text("tools/run")).toBe(`#!${path}/bin/tool\n`);
    expect(readlinkSync(join(path, "tools/link"))).toBe(`${path}/tools/run`);
    expect(readlinkSync(join(path, "tools/other"))).toBe("/usr/bin/env");
    const cgroup = join(rig.places.rooms, "web.1-3f", "cgroup");
    expect(text(".profile.d/web.sh")).toBe(
      `cat ${cgroup}/memory/memory.limit_in_bytes; PATH=${path}/bin:$PATH\n`,
    );
    // other people's texts, and what is no text
    expect(text("serve.py")).toBe('route("/app/login")\n');
    expect(text(".heroku/python/lib/shop.py")).toBe('ROOT = "/app/x"\n');
    expect(text(".heroku/python/lib/shop.so")).toBe("\0/app/lib\0");
  });

  it("is no change of the dyno's", async () => {
    await using rig = await slugRig();
    const home = await movedIn(rig, "/app");
    expect(await home.lostFiles()).toEqual([]);
    writeFileSync(join(home.path, "tools/run"), "x");
    expect(await home.lostFiles()).toEqual([{ path: "/app/tools/run", change: "changed" }]);
  });

  it("stays /app in the copy of a dyno that sees it there", async () => {
    await using rig = await slugRig();
    const home = await movedIn(rig, "/app", WITHOUT_OVERLAY);
    const [bind] = home.around.binds;
    expect([home.path, bind?.at, bind?.writable]).toEqual(["/app", "/app", true]);
    expect(readFileSync(join(bind?.from ?? "", "tools/run"), "utf8")).toBe("#!/app/bin/tool\n");
  });

  it("keeps the modes of what it writes anew", async () => {
    await using rig = await slugRig();
    const run = { text: "#!/app/x\n", mode: 0o555 };
    const image = await rig.store.bake(bakeSpec(appTar({ run })));
    const home = await rig.store.moveIn(image, rig.room("web.1-3f"), NONE);
    const { mode } = statSync(join(home?.path ?? "", "run"));
    expect(mode & 0o7777).toBe(0o555);
    expect(readFileSync(join(home?.path ?? "", "run"), "utf8")).toBe(`#!${home?.path}/x\n`);
  });

  it("is found in files of any name", async () => {
    await using rig = await slugRig();
    // no UTF-8, which this file system takes, or refuses
    const odd = Buffer.concat([Buffer.from(rig.places.root), Buffer.from("/made/app/stra\xdfe\n", "latin1")]);
    mkdirSync(join(rig.places.root, "made/app"), { recursive: true });
    const isTaken = attempt(() => writeFileSync(odd, "#!/app/x\n"));
    const image = await rig.store.bake(bakeSpec(packTree(join(rig.places.root, "made"), "app")));
    const home = await rig.store.moveIn(image, rig.room("web.1-3f"), NONE);
    const names = readdirSync(home?.path ?? "", "buffer");
    expect(names.map((name) => name.toString("latin1"))).toEqual(isTaken ? ["stra\xdfe\n"] : []);
    const moved = names.map((name) =>
      readFileSync(Buffer.concat([Buffer.from(`${home?.path}/`), name]), "utf8"),
    );
    expect(moved).toEqual(isTaken ? [`#!${home?.path}/x\n`] : []);
    expect(await home?.lostFiles()).toEqual([]);
  });
});

function attempt(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}
