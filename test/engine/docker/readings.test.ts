import { describe, expect, it } from "vitest";
import { memoryGroup } from "../../../src/engine/docker/host-view.ts";
import { parseListeners } from "../../../src/engine/docker/listeners.ts";
import { lostFiles } from "../../../src/engine/docker/lost-files.ts";
import { freeSubnets } from "../../../src/engine/docker/subnet.ts";

describe("memoryGroup", () => {
  it.each([
    ["8:pids:/docker/abc\n4:memory:/docker/abc\n0::/\n", { cgroup: "1", path: "/docker/abc" }],
    ["4:cpu,memory:/x\n", { cgroup: "1", path: "/x" }],
    ["0::/system.slice/docker-abc.scope\n", { cgroup: "2", path: "/system.slice/docker-abc.scope" }],
    ["", undefined],
  ])("finds it in %j", (text, expected) => {
    expect(memoryGroup(text)).toEqual(expected);
  });
});

const HEAD =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const line = (local: string, state: string, uid: number): string =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 12345 1\n`;

describe("parseListeners", () => {
  it.each([
    ["all interfaces", line("00000000:1388", "0A", 1000), [{ host: "0.0.0.0", port: 5000, loopback: false }]],
    ["loopback", line("0100007F:1388", "0A", 1000), [{ host: "127.0.0.1", port: 5000, loopback: true }]],
    [
      "all of IPv6",
      line(`${"0".repeat(32)}:1388`, "0A", 1000),
      [{ host: "::", port: 5000, loopback: false }],
    ],
    [
      "IPv6 loopback",
      line(`${"0".repeat(24)}01000000:1388`, "0A", 1000),
      [{ host: "::1", port: 5000, loopback: true }],
    ],
    [
      "a mapped loopback",
      line(`${"0".repeat(16)}FFFF00000100007F:1388`, "0A", 1000),
      [{ host: "::ffff:127.0.0.1", port: 5000, loopback: true }],
    ],
    ["a connection", line("0100007F:1388", "01", 1000), []],
    ["the engine's name server", line("0B00007F:9C40", "0A", 0), []],
    ["nothing", "", []],
  ])("reads %s", (_what, text, expected) => {
    expect(parseListeners(HEAD + text)).toEqual(expected);
  });
});

describe("lostFiles", () => {
  it("names files, not the directories they are in", () => {
    const raw = [
      { Path: "/app", Kind: 0 },
      { Path: "/app/new", Kind: 1 },
      { Path: "/app/new/file", Kind: 1 },
      { Path: "/app/Procfile", Kind: 0 },
      { Path: "/app/old", Kind: 2 },
    ];
    expect(lostFiles(raw)).toEqual([
      { path: "/app/new/file", change: "added" },
      { path: "/app/Procfile", change: "changed" },
      { path: "/app/old", change: "deleted" },
    ]);
  });

  it.each([
    "/dev/shm/x",
    "/run/lock",
    "/app/__pycache__/a.pyc",
    "/tmp/pip-1/x",
    "/app/.gunicorn/gunicorn.ctl",
    "/app/.npm/_logs/2026-11-21-debug-0.log",
    "/tmp/node-compile-cache/v24.21.0-x64-964aae3f-1000/99609b11",
    "/sbin/docker-init",
  ])("leaves out %s", (Path) => {
    expect(lostFiles([{ Path, Kind: 1 }])).toEqual([]);
  });

  it.each([null, undefined, Buffer.from("null\n")])("takes %s for no changes", (raw) => {
    expect(lostFiles(raw)).toEqual([]);
  });
});

describe("freeSubnets", () => {
  const first = (taken: readonly string[]): string | undefined =>
    freeSubnets(taken).next().value ?? undefined;

  it.each([
    ["none taken", [], "10.213.0.0/25"],
    ["the first taken", ["10.213.0.0/25"], "10.213.0.128/25"],
    ["a smaller one within", ["10.213.0.64/28"], "10.213.0.128/25"],
    ["a host's address", ["10.213.0.1/24"], "10.213.1.0/25"],
    ["others", ["172.17.0.0/16", "fe80::1/64", "nonsense"], "10.213.0.0/25"],
    ["all taken", ["10.0.0.0/8"], undefined],
  ])("gives the lowest: %s", (_what, taken, expected) => {
    expect(first(taken)).toBe(expected);
  });
});
