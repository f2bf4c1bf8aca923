import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readOr } from "../rig.ts";
import { AptRig, NOBLE } from "./rig.ts";

const FLUSHED = "-----> Detected Aptfile or Stack changes, flushing cache\n";
const REUSED = "-----> Reusing cache\n";

describe("the steps", () => {
  it("B2.order: a first build", async () => {
    await using rig = await AptRig.open();
    const { status, output } = await rig.aptfile(
      ":repo:deb http://r noble main\ntree figlet\nhttps://x.org/y_1_amd64.deb\n",
    );
    expect(status).toBe(0);
    expect(output).toMatchInlineSnapshot(`
      "-----> Detected Aptfile or Stack changes, flushing cache
      -----> Adding custom repositories
      -----> Updating APT package index
             (the packages come from Debian trixie here, on Heroku from Ubuntu 24.04: names and versions can differ)
             Hit:1 http://mirror/debian trixie InRelease
      -----> Fetching .debs for tree figlet
             Get:1 tree
             Get:1 figlet
      -----> Fetching https://x.org/y_1_amd64.deb
      -----> Installing figlet_1_amd64.deb
      -----> Installing tree_1_amd64.deb
      -----> Installing y_1_amd64.deb
      -----> Writing profile script
      -----> Exporting environment
      -----> Rewrite package-config files
      "
    `);
    // B2.unpack
    expect(await readdir(join(rig.buildDir, ".apt/usr/bin"))).toEqual(["figlet", "tree", "y"]);
  });

  it("B2.unpack: what the archive holds, into .apt", async () => {
    await using rig = await AptRig.open();
    await rig.aptfile("tree\n", { puppet: { "packages/tree/etc/tree.conf": "x\n" } });
    expect(await rig.built(".apt/etc/tree.conf")).toBe("x\n");
    expect((await rig.calls()).at(-1)).toBe(
      "dpkg [--extract] [CACHE_DIR/apt/cache/archives/tree_1_amd64.deb] [BUILD_DIR/.apt/]",
    );
  });
});

describe("the cache", () => {
  it("B2.reuse: the same Aptfile and stack", async () => {
    await using rig = await AptRig.open();
    expect((await rig.aptfile("tree\nhttps://x.org/y_1_amd64.deb\n")).output).toContain(FLUSHED);
    await rig.calls();
    const { output } = await rig.aptfile("tree\nhttps://x.org/y_1_amd64.deb\n");
    expect(output).toContain(REUSED);
    expect(output).toContain("-----> Updating APT package index\n");
    expect(output).toContain("-----> Fetching .debs for tree\n");
    expect(output).toContain("-----> Installing tree_1_amd64.deb\n");
    // only what is newer is fetched
    expect((await rig.calls()).find((call) => call.startsWith("curl"))).toContain(
      "[--time-cond] [CACHE_DIR/apt/cache/archives/y_1_amd64.deb]",
    );
  });

  it("B2.flush: another Aptfile, by a single byte; another stack; a cache that names none", async () => {
    await using rig = await AptRig.open();
    await rig.aptfile("tree\n");
    const { output } = await rig.aptfile("jq\n");
    expect(output).toContain(FLUSHED);
    expect(output).not.toContain("Installing tree");
    expect((await rig.aptfile("jq\n\n")).output).toContain(FLUSHED);
    expect((await rig.aptfile("jq\n\n", { cache: { ".apt/STACK": "heroku-22\n" } })).output).toContain(
      FLUSHED,
    );
    expect((await rig.aptfile("jq\n\n")).output).toContain(REUSED);
    expect((await rig.aptfile("jq\n\n", { cache: { ".apt/STACK": "" } })).output).toContain(FLUSHED);
  });

  it("B2.failure: leaves the cache as it was", async () => {
    await using rig = await AptRig.open();
    expect(await rig.aptfile("unknown\n")).toMatchObject({ status: 100, failure: "apt::apt-get" });
    expect(await readOr(join(rig.cache, "apt/cache/Aptfile"), "none")).toBe("none");
    expect((await rig.aptfile("tree\n")).output).toContain(FLUSHED);
    expect((await rig.aptfile("tree\nunknown\n")).output).toContain(FLUSHED);
    expect((await rig.aptfile("tree\nunknown\n")).output).toContain(FLUSHED);
    expect((await rig.aptfile("tree\n")).output).toContain(REUSED);
  });

  it("B2.failure: and so does a build that was killed", async () => {
    await using rig = await AptRig.open();
    await rig.aptfile("tree\n");
    const half = { "apt/former/cache/Aptfile": "tree\n", "apt/cache/Aptfile": "jq\n" };
    const { output } = await rig.aptfile("jq\n", { cache: half });
    expect(output).toContain(FLUSHED);
    expect(await readFile(join(rig.cache, "apt/cache/Aptfile"), "utf8")).toBe("jq\n");
    await expect(stat(join(rig.cache, "apt/former"))).rejects.toThrow("ENOENT");
  });
});

describe("failures", () => {
  it("B2.failure: apt's words stay as they are, then what may help", async () => {
    await using rig = await AptRig.open();
    const { output, status } = await rig.aptfile("tree\nunknown-one\n");
    expect(status).toBe(100);
    expect(output.slice(output.indexOf("-----> Fetching .debs for unknown"))).toMatchInlineSnapshot(`
      "-----> Fetching .debs for unknown-one
      E: Unable to locate package unknown-one

       !     apt-get has failed, as said above. What may help:
       !     - Names are those of Debian trixie here, on Heroku those of Ubuntu 24.04.

      "
    `);
    await expect(rig.built(".profile.d/000_apt.sh")).rejects.toThrow("ENOENT");
  });

  it("B2.failure: on Heroku's own system apt has the last word", async () => {
    await using rig = await AptRig.open(NOBLE);
    const { output } = await rig.aptfile("unknown\n");
    expect(output.endsWith("E: Unable to locate package unknown\n")).toBe(true);
  });

  it("B2.failure: the index, and a download", async () => {
    await using rig = await AptRig.open(NOBLE);
    const download = await rig.aptfile("https://x.org/missing.deb\n");
    expect(download).toMatchObject({ status: 1, failure: "apt::download" });
    expect(download.output).toContain(
      "-----> Fetching https://x.org/missing.deb\n       curl: (22) The requested URL returned error: 404\n",
    );
    expect(await rig.aptfile("tree\n", { puppet: { "no-index": "" } })).toMatchObject({
      status: 100,
      failure: "apt::apt-get",
      output: `${FLUSHED}-----> Updating APT package index\nE: The repository is not signed.\n`,
    });
  });
});

describe("the system that packages come from", () => {
  it("distribution: another than Heroku's is told, once", async () => {
    await using rig = await AptRig.open();
    const { output } = await rig.aptfile("tree\njq\n");
    expect(output.match(/Debian trixie/g)).toHaveLength(1);
    await using herokus = await AptRig.open(NOBLE);
    expect((await herokus.aptfile("tree\n")).output).not.toContain("Ubuntu");
  });

  it("distribution: and refused when strict, before anything is done", async () => {
    await using rig = await AptRig.open();
    const { output, status, failure } = await rig.aptfile("tree\n", { env: { DYNOSIM_STRICT: "1" } });
    expect({ status, failure }).toEqual({ status: 1, failure: "apt::distribution" });
    expect(output).toMatchInlineSnapshot(`
      "
       !     Error: The packages of your Aptfile would come from another system.
       !     
       !     Heroku's come from Ubuntu 24.04; the stack image here is Debian trixie,
       !     and --strict takes nothing in another's place.

      "
    `);
    await using herokus = await AptRig.open(NOBLE);
    expect((await herokus.aptfile("tree\n", { env: { DYNOSIM_STRICT: "1" } })).status).toBe(0);
  });
});
