import { describe, expect, it } from "vitest";
import { BUILD_LIMIT } from "../../src/heroku/limits.ts";
import { FrozenClock } from "../../src/kernel/frozen-clock.ts";
import { MovableClock } from "../../src/kernel/movable-clock.ts";
import { instant } from "../../src/kernel/units.ts";
import { releaseNotices } from "../../src/slug/process-types.ts";
import { build, good, PACK, SH } from "./compiling.ts";

const APP = { "requirements.txt": "flask", Procfile: "web: serve\n" };

/** Says what it is, always fits, and does as `compile` says. */
function pack(language: string, compile: string, release = "echo ---"): Record<string, string> {
  return {
    "bin/detect": `${SH}echo ${language}`,
    "bin/compile": `${SH}${compile}`,
    "bin/release": `${SH}${release}`,
  };
}

describe("where none is set", () => {
  it("the first that fits compiles, and one further down that fits as well is told", async () => {
    const { lines, result } = await build({
      app: APP,
      packs: [pack("One", "echo 1st"), pack("Two", "echo 2nd"), PACK],
    });
    expect(lines).not.toContain("2nd");
    expect(good(result).notices[0]).toBe(
      "pack-1 fits as well, but nobody set buildpacks, and Heroku takes the first that fits: pack-0. For both, the main language last: dynosim buildpacks:set pack-0, then dynosim buildpacks:add pack-1. For pack-1 alone: dynosim buildpacks:set pack-1.",
    );
  });

  it("nothing is told where one fits alone", async () => {
    const { result } = await build({ app: APP });
    expect(good(result).notices.join()).not.toContain("fits as well");
  });
});

describe("several buildpacks", () => {
  it("are listed first; then each is named just before it compiles", async () => {
    const { lines, result } = await build({
      app: APP,
      packs: [pack("One", "echo 1st"), pack("Two", "echo 2nd"), pack("Three", "echo 3rd")],
      set: true,
    });
    expect(lines.slice(0, 11)).toEqual([
      "-----> Building on the Heroku-24 stack",
      "-----> Using buildpacks:",
      "       1. pack-0",
      "       2. pack-1",
      "       3. pack-2",
      "-----> One app detected",
      "1st",
      "-----> Two app detected",
      "2nd",
      "-----> Three app detected",
      "3rd",
    ]);
    expect(good(result).buildpacks).toEqual(["pack-0", "pack-1", "pack-2"]);
  });

  it("are asked when their turn has come: one may make the files that the next looks for", async () => {
    const { lines } = await build({
      app: { "back/requirements.txt": "flask" },
      packs: [pack("Subdir", 'mv "$1"/back/* "$1"/'), PACK],
      set: true,
    });
    expect(lines.slice(4, 7)).toEqual([
      "-----> Subdir app detected",
      "-----> Python app detected",
      "-----> Compiling",
    ]);
  });

  it("a later one that does not fit ends the build, after the former have compiled", async () => {
    const { lines, result } = await build({
      app: { "README.md": "" },
      packs: [pack("One", "echo 1st"), PACK],
      set: true,
    });
    expect(lines.slice(4, 7)).toEqual([
      "-----> One app detected",
      "1st",
      "-----> App not compatible with buildpack: pack-1",
    ]);
    expect(result).toMatchObject({ ok: false, failure: { kind: "buildpack-refused", buildpack: "pack-1" } });
  });

  it("one that fails names its own language, and no later one runs", async () => {
    const { lines, result } = await build({
      app: APP,
      packs: [pack("One", "exit 3"), pack("Two", "echo 2nd")],
      set: true,
    });
    expect(lines.slice(4)).toEqual([
      "-----> One app detected",
      " !     Push rejected, failed to compile One app.",
      "",
      " !     Push failed",
    ]);
    expect(result).toMatchObject({
      ok: false,
      failure: { kind: "compile-failed", language: "One", status: 3 },
    });
  });

  it("later ones see the exports of all before them, the nearest last", async () => {
    const exporting = (line: string): string => `echo '${line}' > "$(dirname "$0")/../export"`;
    const { lines } = await build({
      app: APP,
      packs: [
        pack("One", exporting('export A=1 B=1 PATH="/one:$PATH"')),
        pack("Two", `echo "two: $A$B"; ${exporting("export B=2")}`),
        pack("Three", 'echo "three: $A$B ${PATH%%:*}"'),
      ],
      set: true,
    });
    expect(lines).toContain("two: 11");
    expect(lines).toContain("three: 12 /one");
  });

  it("the last one's release has the default process types; no other is asked", async () => {
    const { result } = await build({
      app: { "requirements.txt": "" },
      packs: [
        pack("One", "true", "echo 'default_process_types: {web: first, worker: first}'"),
        pack("Two", "true", "echo 'default_process_types: {web: last}'"),
      ],
      set: true,
    });
    expect(good(result).processTypes).toEqual({ web: "last" });
  });

  it("one that says nothing of its language is called by its name", async () => {
    const { lines } = await build({ app: APP, packs: [{ ...PACK, "bin/detect": `${SH}true` }], set: true });
    expect(lines[2]).toBe("-----> pack-0 app detected");
  });
});

describe("what bin/release asks for besides", () => {
  it.each<[yaml: string, words: readonly string[]]>([
    ["---", []],
    ["default_process_types: {web: x}", []],
    ["addons: [heroku-postgresql, heroku-redis]", ["add-ons", "heroku-postgresql, heroku-redis"]],
    ["config_vars: {PATH: bin, LANG: C}", ["config vars", "PATH, LANG", "dynosim config:set"]],
    ["addons: heroku-postgresql", []],
  ])("%s", (yaml, words) => {
    const notices = releaseNotices(yaml, "heroku/ruby").join("\n");
    expect(notices === "").toBe(words.length === 0);
    for (const word of words) expect(notices).toContain(word);
  });

  it("is among the build's notices", async () => {
    const { result } = await build({
      app: APP,
      packs: [{ ...PACK, "bin/release": `${SH}echo 'addons: [heroku-postgresql]'` }],
    });
    expect(good(result).notices.join()).toContain("heroku-postgresql");
  });
});

describe("a buildpack that misbehaves", () => {
  it("leaves a process behind that holds the output open: the build goes on, without it", async () => {
    const { result, lines } = await build({
      app: APP,
      packs: [pack("One", 'sleep 600 & echo "$!" > "$1/pid"; echo done')],
    });
    expect(good(result).processTypes).toEqual({ web: "serve" });
    expect(lines).toContain("done");
  });

  it("hangs while it is asked: the time limit ends it by name", async () => {
    const clock = new MovableClock(new FrozenClock(instant(0)));
    const said: string[] = [];
    const onLine = (line: string): void => {
      said.push(line);
      if (line.startsWith("-----> Using")) void clock.advance(BUILD_LIMIT, async () => {});
    };
    const { result } = await build({
      app: APP,
      packs: [{ ...PACK, "bin/detect": `${SH}sleep 600` }],
      set: true,
      tools: { clock, onLine },
    });
    expect(result).toEqual({ ok: false, failure: { kind: "build-timeout", minutes: 15 } });
    expect(said.slice(-2)).toEqual(["-----> Timed out running buildpack pack-0", " !     Push failed"]);
  });

  it("floods its detection: what is kept of it is little", async () => {
    const { result } = await build({
      app: APP,
      packs: [{ ...PACK, "bin/detect": `${SH}yes no | head -n 200000; exit 1` }],
      set: true,
    });
    if (result.ok || result.failure.kind !== "buildpack-refused") throw new Error("it was not refused");
    expect(result.failure.output).toHaveLength(500);
  });

  it("ran out of memory, whatever status it made of that", async () => {
    const { result } = await build({
      app: APP,
      packs: [pack("One", "exit 1")],
      onBox: (box) => (box.outOfMemory = true),
    });
    expect(result).toEqual({ ok: false, failure: { kind: "build-out-of-memory", language: "One" } });
  });
});
