import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { isFree } from "../../../src/engine/process/free-port.ts";
import { Listeners } from "../../../src/engine/process/listeners.ts";
import { parseLsof } from "../../../src/engine/process/lsof.ts";
import { port } from "../../../src/kernel/units.ts";
import { played, TABLES } from "./puppets.ts";

/** Opens a socket of each kind, and listens once it is told to; who is forked has the same. */
const SERVER = `
import os, socket, sys
others = [*socket.socketpair(), socket.socket(type=socket.SOCK_DGRAM)]
server = socket.create_server(("HOST", 0), family=socket.FAMILY)
late = socket.socket()
os.fork() and print(server.getsockname()[1], flush=True)
sys.stdin.readline()
late.bind(("127.0.0.1", 0))
late.listen()
print(late.getsockname()[1], flush=True)
sys.stdin.readline()
`;

function server(host: string, family = "AF_INET"): readonly [string, ...string[]] {
  return ["python3", "-S", "-c", SERVER.replace("HOST", host).replace("FAMILY", family)];
}

describe.each(TABLES)("listeners of a dyno, by %s", (_source, table) => {
  it.each([
    ["0.0.0.0", "AF_INET", false],
    ["127.0.0.1", "AF_INET", true],
    ["127.0.0.2", "AF_INET", true],
    ["::", "AF_INET6", false],
    ["::1", "AF_INET6", true],
  ])("tell of one at %s", async (host, family, loopback) => {
    await using room = played(table(), server(host, family));
    const bound = Number(await room.line());
    const listeners = new Listeners(table().source);
    expect(await listeners.of(await room.kin.list())).toEqual([{ host, port: bound, loopback }]);
  });

  it("tell of what comes later, and no longer of what has gone", async () => {
    await using room = played(table(), server("0.0.0.0"));
    const first = Number(await room.line());
    const listeners = new Listeners(table().source);
    const ports = async (): Promise<number[]> =>
      (await listeners.of(await room.kin.list())).map((listener) => listener.port);
    expect(await ports()).toEqual([first]);
    room.child.stdin?.write("late\n");
    const late = Number(await room.line());
    expect(new Set(await ports())).toEqual(new Set([first, late]));
    await room.kin.signal("SIGKILL");
    expect(await ports()).toEqual([]);
  });

  it("are none of this process's own", async () => {
    const own = createServer().listen(0);
    await using room = played(table(), ["sleep", "300"]);
    try {
      expect(await new Listeners(table().source).of(await room.kin.list())).toEqual([]);
    } finally {
      own.close();
    }
  });
});

describe("parseLsof", () => {
  it("takes a socket that two processes have for one", () => {
    const two = [
      "p9",
      "f3",
      "tIPv4",
      "n*:5000",
      "f4",
      "tIPv6",
      "n[::1]:5001",
      "p10",
      "f3",
      "tIPv4",
      "n*:5000",
      "",
    ];
    expect(parseLsof(two.join("\n"))).toEqual([
      { host: "0.0.0.0", port: 5000, loopback: false },
      { host: "::1", port: 5001, loopback: true },
    ]);
  });

  it("tells all addresses of both kinds apart", () => {
    expect(parseLsof("p9\nf3\ntIPv6\nn*:5000\n")).toEqual([{ host: "::", port: 5000, loopback: false }]);
    expect(parseLsof("")).toEqual([]);
  });
});

describe("isFree", () => {
  it.each(["0.0.0.0", "127.0.0.1", "127.0.0.2", "::"])("sees who listens at %s", async (host) => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen({ port: 0, host }, resolve));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
    const { port: number } = taken.address() as AddressInfo;
    expect(await isFree(port(number))).toBe(false);
    await new Promise((resolve) => taken.close(resolve));
    expect(await isFree(port(number))).toBe(true);
  });
});
