import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { AptRig } from "./rig.ts";

const GIT = { "packages/git/usr/lib/git-core/git-add": "x" };

async function exported(rig: AptRig): Promise<string> {
  const text = await readFile(join(rig.root, "buildpack/export"), "utf8");
  return text.replaceAll(rig.buildDir, "BUILD_DIR").replaceAll(rig.root, "RIG");
}

it("B2.profile: what a dyno sources", async () => {
  await using rig = await AptRig.open();
  await rig.aptfile("tree\n");
  expect(await rig.built(".profile.d/000_apt.sh")).toMatchInlineSnapshot(`
    "export PATH="$HOME/.apt/usr/bin:$PATH"
    export LD_LIBRARY_PATH="$HOME/.apt/usr/lib/x86_64-linux-gnu:$HOME/.apt/usr/lib/i386-linux-gnu:$HOME/.apt/usr/lib:$LD_LIBRARY_PATH"
    export LIBRARY_PATH="$HOME/.apt/usr/lib/x86_64-linux-gnu:$HOME/.apt/usr/lib/i386-linux-gnu:$HOME/.apt/usr/lib:$LIBRARY_PATH"
    export INCLUDE_PATH="$HOME/.apt/usr/include:$HOME/.apt/usr/include/x86_64-linux-gnu:$INCLUDE_PATH"
    export CPATH="$INCLUDE_PATH"
    export CPPPATH="$INCLUDE_PATH"
    export PKG_CONFIG_PATH="$HOME/.apt/usr/lib/x86_64-linux-gnu/pkgconfig:$HOME/.apt/usr/lib/i386-linux-gnu/pkgconfig:$HOME/.apt/usr/lib/pkgconfig:$PKG_CONFIG_PATH"
    "
  `);
});

it("B2.export: the same with the build directory", async () => {
  await using rig = await AptRig.open();
  await rig.aptfile("tree\n", { env: { LD_LIBRARY_PATH: "/opt/lib", SECRET: "x" } });
  expect(await exported(rig)).toMatchInlineSnapshot(`
    "declare -x CPATH="BUILD_DIR/.apt/usr/include:BUILD_DIR/.apt/usr/include/x86_64-linux-gnu:"
    declare -x CPPPATH="BUILD_DIR/.apt/usr/include:BUILD_DIR/.apt/usr/include/x86_64-linux-gnu:"
    declare -x INCLUDE_PATH="BUILD_DIR/.apt/usr/include:BUILD_DIR/.apt/usr/include/x86_64-linux-gnu:"
    declare -x LD_LIBRARY_PATH="BUILD_DIR/.apt/usr/lib/x86_64-linux-gnu:BUILD_DIR/.apt/usr/lib/i386-linux-gnu:BUILD_DIR/.apt/usr/lib:/opt/lib"
    declare -x LIBRARY_PATH="BUILD_DIR/.apt/usr/lib/x86_64-linux-gnu:BUILD_DIR/.apt/usr/lib/i386-linux-gnu:BUILD_DIR/.apt/usr/lib:"
    declare -x PATH="BUILD_DIR/.apt/usr/bin:RIG/puppet/bin:/usr/local/bin:/usr/bin:/bin"
    declare -x PKG_CONFIG_PATH="BUILD_DIR/.apt/usr/lib/x86_64-linux-gnu/pkgconfig:BUILD_DIR/.apt/usr/lib/i386-linux-gnu/pkgconfig:BUILD_DIR/.apt/usr/lib/pkgconfig:"
    "
  `);
});

it("B2.pc: prefix= leads into .apt", async () => {
  await using rig = await AptRig.open();
  const pc = "prefix=/usr\nexec_prefix=${prefix}\nlibdir=${prefix}/lib\n";
  const place = "usr/lib/x86_64-linux-gnu/pkgconfig/my lib.pc";
  await rig.aptfile("libx\n", {
    puppet: { [`packages/libx/${place}`]: pc, "packages/libx/usr/share/x.pc": pc },
  });
  expect(await rig.built(`.apt/${place}`)).toBe(pc.replace("/usr", "BUILD_DIR/.apt/usr"));
  expect(await rig.built(".apt/usr/share/x.pc")).toBe(pc);
});

it("B2.git: its own programs are found", async () => {
  await using rig = await AptRig.open();
  const { output } = await rig.aptfile("git\n", { puppet: GIT });
  expect(output).toContain("-----> Setting GIT_EXEC_PATH\n");
  expect(await rig.built(".profile.d/000_apt.sh")).toContain(
    '\nexport GIT_EXEC_PATH="$HOME/.apt/usr/lib/git-core"\n',
  );
  expect(await exported(rig)).toContain('\ndeclare -x GIT_EXEC_PATH="BUILD_DIR/.apt/usr/lib/git-core"\n');
  await using other = await AptRig.open();
  expect((await other.aptfile("tree\n")).output).not.toContain("GIT_EXEC_PATH");
});
