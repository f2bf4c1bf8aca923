import { describe, expect, it } from "vitest";
import type { Outcome } from "../rig.ts";
import { AptRig } from "./rig.ts";
import type { Rule } from "./rules.ts";

const INSTALL =
  "apt-get [-y] [--allow-downgrades] [--allow-remove-essential] [--allow-change-held-packages] [--download-only] [install] [--reinstall]";

interface Built extends Outcome {
  readonly calls: readonly string[];
  readonly sources: string;
}

async function build(aptfile: string): Promise<Built> {
  await using rig = await AptRig.open();
  const outcome = await rig.aptfile(aptfile);
  return { ...outcome, calls: await rig.calls(), sources: await rig.sources() };
}

/** What apt and curl were asked for. */
function asked({ calls }: Built): readonly string[] {
  return calls
    .filter((call) => call.startsWith(INSTALL) || call.startsWith("curl"))
    .map((call) => call.replace(`${INSTALL} `, "").replace(/^curl .* \[--\]/, "curl"));
}

describe("the lines of an Aptfile", () => {
  it.each<[Rule, string, readonly string[]]>([
    ["B1.ignored", "# one\n \t# two\n\n   \ntree", ["[tree]"]],
    ["B1.names", "tree figlet\n\tjq\n", ["[tree] [figlet]", "[jq]"]],
    [
      "B1.names",
      "mysql-client-*\ncurl=8.5.0-2\nvim/trixie\n",
      ["[mysql-client-*]", "[curl=8.5.0-2]", "[vim/trixie]"],
    ],
    [
      "B1.deb",
      "https://example.com/a/b_1_amd64.deb\nlibfoodeb\n",
      ["curl [https://example.com/a/b_1_amd64.deb]", "curl [libfoodeb]"],
    ],
    ["B1.repo", ":repo:deb http://r noble main\ntree\n", ["[tree]"]],
  ])("%s: %j", async (_, aptfile, expected) => {
    const built = await build(aptfile);
    expect(built).toMatchObject({ status: 0, failure: "" });
    expect(asked(built)).toEqual(expected);
  });

  it("B1.repo: the rest of the line is appended to a source list of its own", async () => {
    const { output, sources } = await build(
      ":repo:deb [trusted=yes] http://r noble main  \ntree\n:repo:deb http://s x y\n",
    );
    expect(sources).toBe(
      "deb http://mirror/debian trixie main\ndeb [trusted=yes] http://r noble main\ndeb http://s x y\n",
    );
    expect(output).toContain("-----> Adding custom repositories\n-----> Updating APT package index\n");
    expect((await build("tree\n")).output).not.toContain("custom repositories");
  });

  it.each<[Rule, string, string, string]>([
    ["B1.repo", "  :repo:deb http://r noble main\n", ":repo:deb", "first column"],
    ["B1.trailing-comment", "tree # for trees\n", "#", "begins no comment"],
    ["B1.crlf", "tree\r\n", "tree\r", "CRLF"],
  ])("%s: %j fails in apt's own words, and the cause is named", async (_, aptfile, name, cause) => {
    const { status, failure, raw } = await build(aptfile);
    expect(status).toBe(100);
    expect(failure).toBe("apt::apt-get");
    expect(raw).toContain(`E: Unable to locate package ${name}\n`);
    expect(raw).toContain(cause);
  });

  it.each<[Rule, string]>([
    ["B1.nothing", "# only this\n\n   # and this\n"],
    ["B1.nothing", ":repo:deb http://r noble main\n"],
    ["B1.nothing", ""],
  ])("%s: %j", async (_, aptfile) => {
    await using rig = await AptRig.open();
    const { status, output } = await rig.aptfile(aptfile);
    expect(status).toBe(0);
    expect(output).toMatchInlineSnapshot(`
      "
       !     You have no packages listed in your Aptfile.
       !     
       !     Nothing is installed. If the app needs no packages of the system, delete
       !     the file and take the buildpack off:
       !     
       !     $ heroku buildpacks:remove heroku-community/apt

      "
    `);
    expect(await rig.calls()).toEqual([]);
    await expect(rig.built(".profile.d/000_apt.sh")).rejects.toThrow("ENOENT");
  });
});

describe("bin/detect and bin/release", () => {
  it("B.detect: a file of that name in the root", async () => {
    await using rig = await AptRig.open();
    expect(await rig.detect({ Aptfile: "" })).toMatchObject({ status: 0, output: "Apt\n" });
    const message = "Could not find an 'Aptfile'! Please ensure it exists and is checked into Git.\n";
    for (const files of [{}, { Aptfile: null }, { "sub/Aptfile": "" }, { aptfile: "" }])
      expect(await rig.detect(files)).toMatchObject({ status: 1, output: message });
  });

  it("B.release: nothing", async () => {
    await using rig = await AptRig.open();
    expect(await rig.release()).toMatchObject({ status: 0, output: "--- {}\n" });
  });
});
