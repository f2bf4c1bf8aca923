import { describe, expect, it } from "vitest";
import { isThere, played, puppets, TABLES } from "./puppets.ts";

/** Forks for as long as there are less than 400 of them. */
const FORK_BOMB = `
import mmap, os, struct, time
count = mmap.mmap(-1, 4)
os.write(1, b"begun\\n")
while True:
    made, = struct.unpack("i", count[:4])
    if made < 400:
        count[:4] = struct.pack("i", made + 1)
        os.fork()
    else:
        time.sleep(0.01)
`;

describe.each(TABLES)("signals to a room that is not shut, by %s", (_source, table) => {
  it("SIGKILL leaves nobody of a fork bomb", async () => {
    await using room = played(table(), ["python3", "-S", "-c", FORK_BOMB]);
    await room.line();
    await room.kin.signal("SIGKILL");
    expect(await room.kin.list()).toEqual([]);
    expect(isThere(room.child.pid ?? 0)).toBe(false);
  });

  it("SIGTERM goes to every process", async () => {
    const child = `sh -c 'trap "echo child; exit" TERM; echo ready; while :; do sleep 0.01; done'`;
    await using room = puppets(
      table(),
      `( setsid ${child} & ); trap 'echo own' TERM; ${child} & wait; sleep 300`,
    );
    expect([await room.line(), await room.line()]).toEqual(["ready", "ready"]);
    await room.kin.signal("SIGTERM");
    expect([await room.line(), await room.line(), await room.line()].toSorted()).toEqual([
      "child",
      "child",
      "own",
    ]);
  });
});
