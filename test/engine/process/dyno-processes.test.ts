import { describe, expect, it } from "vitest";
import { dynoProcesses, parseArgs } from "../../../src/engine/process/processes.ts";
import {
  countRunnable,
  countRunnableInM,
  runnableTasks,
} from "../../../src/engine/process/runnable-tasks.ts";
import { played, puppets, TABLES } from "./puppets.ts";

describe.each(TABLES)("processes of a dyno, by %s", (source, table) => {
  it("are shown with their command lines", async () => {
    const script = "trap 'exit' TERM; (trap '' TERM; exec -a 'my  worker' sleep 300) & echo begun; wait";
    await using room = puppets(table(), script);
    await room.line();
    await expect
      .poll(async () =>
        (await dynoProcesses(await room.kin.list(), table().source)).map(({ command }) => command),
      )
      .toContain("my worker 300");
    const found = await dynoProcesses(await room.kin.list(), table().source);
    const told = source === "proc";
    expect(found.toSorted((one, other) => one.pid - other.pid)).toEqual([
      {
        pid: room.child.pid,
        ppid: process.pid,
        command: `bash -c ${script}`.replace(/\s+/g, " "),
        onSigterm: told ? "handles" : undefined,
      },
      {
        pid: expect.any(Number),
        ppid: room.child.pid,
        command: "my worker 300",
        onSigterm: told ? "ignores" : undefined,
      },
    ]);
  });

  it("are none where nobody is", async () => {
    expect(await dynoProcesses([], table().source)).toEqual([]);
  });
});

/** One thread that computes, and two that wait. */
const THREADS = `
import threading
for wait in range(2): threading.Thread(target=threading.Event().wait, daemon=True).start()
print("begun", flush=True)
while True: pass
`;

describe.each(TABLES)("runnable tasks of a dyno, by %s", (_source, table) => {
  it("are threads that want a core", async () => {
    await using room = played(table(), ["python3", "-S", "-c", THREADS]);
    await room.line();
    const members = await room.kin.list();
    expect(members.map(({ tasks }) => tasks)).toEqual([3]);
    await expect.poll(() => runnableTasks(members, table().source)).toBe(1);
    expect(await runnableTasks([], table().source)).toBe(0);
  });
});

describe("what ps prints", () => {
  it("is read as command lines", () => {
    expect(parseArgs("   12     1 sh -c a  b\n 13 12 [x]\n\n")).toEqual([
      { pid: 12, ppid: 1, command: "sh -c a b", onSigterm: undefined },
      { pid: 13, ppid: 12, command: "[x]", onSigterm: undefined },
    ]);
  });

  it("is read as states of threads", () => {
    expect(countRunnable("  12 Rl+\n  12 Sl+\n 130 R\n")).toBe(2);
  });

  // as Apple's -M shows it: user, terminal and command for the first thread alone
  it("is read as Apple's states of threads", () => {
    const text = `  812 ada              s001    97.5 R    31T     0:00.00   0:00.01 ruby R 1.0 S
  812                           0.0 S    31T     0:00.00   0:00.00
  812                           3.1 R    31T     0:00.00   0:00.00
  813 ada              s001     0.0 S    31T     0:00.00   0:00.01 sleep 1.0 R
`;
    expect(countRunnableInM(text)).toBe(2);
  });
});
