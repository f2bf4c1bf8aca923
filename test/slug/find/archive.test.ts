import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack, type Header } from "tar-stream";
import { describe, expect, it } from "vitest";
import { readArchive } from "../../../src/slug/buildpack-archive.ts";
import { asBuildpack } from "../../../src/slug/buildpack.ts";
import { unpacked } from "../../manifest/app-folder.ts";
import { good } from "../compiling.ts";

type Entry = Partial<Header> & { readonly name: string; readonly content?: string };
const PROGRAMS: readonly Entry[] = [
  { name: "./bin/", type: "directory" },
  { name: "./bin/detect", mode: 0o644, content: "#!/bin/sh\n" },
  { name: "./bin/compile", mode: 0o755, content: "#!/bin/sh\n" },
];

async function archiveOf(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const { content, ...header } of entries) archive.entry(header, content ?? "");
  archive.finalize();
  return buffer(archive as AsyncIterable<Uint8Array>);
}

describe("an archive of a buildpack", () => {
  it.each([
    ["zipped", gzipSync],
    ["plain", (bytes: Buffer) => bytes],
  ])("is read %s, with its modes and links; its programs can be run", async (_, zip) => {
    const entries: Entry[] = [
      ...PROGRAMS,
      { name: "lib/a.sh", mode: 0o644, content: "a" },
      { name: "lib/b.sh", type: "symlink", linkname: "../lib/a.sh" },
      { name: "lib/c.sh", type: "link", linkname: "lib/a.sh" },
    ];
    const tree = good(await readArchive(zip(await archiveOf(entries)), "x"));
    const files = await unpacked(good(asBuildpack("x", tree, "x")), 1000);
    expect(Object.keys(files).toSorted()).toEqual([
      "bin",
      "bin/compile",
      "bin/detect",
      "lib",
      "lib/a.sh",
      "lib/b.sh",
      "lib/c.sh",
    ]);
    expect(files["bin/detect"]).toBe("755 #!/bin/sh\n");
    expect(files["lib/b.sh"]).toBe("-> ../lib/a.sh");
    expect(files["lib/c.sh"]).toBe("644 a");
  });

  it.each<[what: string, entry: Entry, reason: string]>([
    ["a path upwards", { name: "../evil", content: "x" }, "it would lie outside of the buildpack"],
    [
      "a path upwards on its way",
      { name: "lib/../../evil", content: "x" },
      "it would lie outside of the buildpack",
    ],
    ["an absolute path", { name: "/etc/cron.d/evil", content: "x" }, "it would lie outside of the buildpack"],
    [
      "a link out of it",
      { name: "lib/passwd", type: "symlink", linkname: "../../etc/passwd" },
      "it is a link to ../../etc/passwd, outside of the buildpack",
    ],
    [
      "an absolute link",
      { name: "passwd", type: "symlink", linkname: "/etc/passwd" },
      "it is a link to /etc/passwd, outside of the buildpack",
    ],
    ["a device", { name: "null", type: "character-device" }, "it is a character-device"],
    ["a pipe", { name: "pipe", type: "fifo" }, "it is a fifo"],
    [
      "a hard link to nowhere",
      { name: "h", type: "link", linkname: "nope" },
      "it is a link to nope, which is not there",
    ],
  ])("with %s is refused", async (_, entry, reason) => {
    const read = await readArchive(await archiveOf([...PROGRAMS, entry]), "x.tgz");
    expect(read).toEqual({
      ok: false,
      failure: { kind: "unsafe-archive", buildpack: "x.tgz", path: entry.name, reason },
    });
  });

  it("with a file through a link is refused", async () => {
    const entries: Entry[] = [
      { name: "lib", type: "symlink", linkname: "bin" },
      { name: "lib/deep/detect", content: "x" },
    ];
    expect(await readArchive(await archiveOf(entries), "x")).toMatchObject({
      failure: { path: "lib/deep/detect", reason: "it goes through lib, which is a link" },
    });
  });

  it.each([
    ["no archive", Buffer.from("<html>not found</html>".repeat(100))],
    ["half of one", gzipSync(Buffer.alloc(5000, "x")).subarray(0, 20)],
  ])("that is %s is said to be none", async (_, bytes) => {
    expect(await readArchive(bytes, "x")).toMatchObject({
      ok: false,
      failure: { kind: "bad-buildpack", reason: expect.stringContaining("it is no archive") as string },
    });
  });

  it("that has the buildpack in a folder says where it is", async () => {
    const entries = PROGRAMS.filter(({ type }) => type !== "directory").map((entry) => ({
      ...entry,
      name: entry.name.replace("./", "heroku-buildpack-x-main/"),
    }));
    const tree = good(await readArchive(await archiveOf(entries), "x.tgz"));
    expect(asBuildpack("x.tgz", tree, "x.tgz")).toMatchObject({
      failure: {
        reason:
          "there is no bin/detect in x.tgz (there is heroku-buildpack-x-main/bin/compile, but a buildpack has it at its top)",
      },
    });
  });
});
