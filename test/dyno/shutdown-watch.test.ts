import { describe, expect, it } from "vitest";
import { asTree, ShutdownWatch } from "../../src/dyno/shutdown-watch.ts";
import type { DynoProcess } from "../../src/engine/launched.ts";
import { FakeEngine } from "../../src/engine/fake/fake-engine.ts";
import type { FakeDyno } from "../../src/engine/fake/fake-dyno.ts";
import { FrozenClock } from "../../src/kernel/frozen-clock.ts";
import { MovableClock } from "../../src/kernel/movable-clock.ts";
import { instant, millis } from "../../src/kernel/units.ts";
import { puppet } from "../contract/stage.ts";
import { openFakeStage } from "../contract/fake-stage.ts";

const process = (pid: number, ppid: number, command: string): DynoProcess => ({
  pid,
  ppid,
  command,
  onSigterm: "handles",
});
const MASTER = process(7, 1, "master");
const WORKER = process(9, 7, "worker");

/** A dyno that is being watched, on a clock that moves when told. */
async function leaving(...processes: DynoProcess[]): Promise<{
  dyno: FakeDyno;
  watch: ShutdownWatch;
  pass: (duration: number) => Promise<void>;
}> {
  const stage = await openFakeStage();
  const { launched } = await puppet(stage, "ignore");
  const dyno = (stage.engine as FakeEngine).dynos[0]!;
  dyno.processes = processes;
  const clock = new MovableClock(new FrozenClock(instant(0)));
  const watch = new ShutdownWatch(launched, clock);
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  await settled();
  return { dyno, watch, pass: (duration) => clock.advance(millis(duration), settled) };
}

const END = { status: 143, outOfMemory: false, lost: false };

describe("the shutdown report", () => {
  it("tells who left when, to within a look", async () => {
    const { dyno, watch, pass } = await leaving(WORKER, MASTER);
    await pass(1000);
    dyno.processes = [MASTER];
    await pass(500);
    const report = watch.end(END);
    expect(report).toMatchObject({ status: 143, lasted: 1500, killed: false });
    const [master, worker] = report.processes;
    expect(master).toMatchObject({ pid: 7, leftAfter: 1500, killed: false, late: false });
    expect(worker?.pid).toBe(9);
    expect(worker?.leftAfter).toBeGreaterThanOrEqual(1000);
    expect(worker?.leftAfter).toBeLessThanOrEqual(1100);
  });

  it("looks close at first: who leaves at once is seen to", async () => {
    const { dyno, watch, pass } = await leaving(MASTER, WORKER);
    dyno.processes = [MASTER];
    await pass(2000);
    expect(watch.end(END).processes[1]?.leftAfter).toBeLessThanOrEqual(20);
  });

  it("tells who had to be killed, and who had left before", async () => {
    const { dyno, watch, pass } = await leaving(MASTER, WORKER);
    await pass(100);
    dyno.processes = [MASTER];
    await pass(29_900);
    watch.killing();
    await pass(80);
    const report = watch.end({ ...END, status: 137 });
    expect(report).toMatchObject({ killed: true, lasted: 30_080 });
    expect(report.processes.map(({ pid, killed }) => [pid, killed])).toEqual([
      [7, true],
      [9, false],
    ]);
  });

  it("tells who began after SIGTERM", async () => {
    const { dyno, watch, pass } = await leaving(MASTER);
    dyno.processes = [MASTER, process(12, 7, "clean-up")];
    await pass(300);
    const report = watch.end(END);
    expect(report.processes.map(({ command, late }) => [command, late])).toEqual([
      ["master", false],
      ["clean-up", true],
    ]);
  });

  it("has no status when the engine went away", async () => {
    const { watch } = await leaving(MASTER);
    expect(watch.end({ ...END, lost: true }).status).toBeUndefined();
  });
});

describe("asTree", () => {
  it("puts parents before their children, families together", () => {
    const tree = asTree([process(30, 8, "c"), process(8, 7, "a"), process(7, 1, "root"), process(9, 7, "b")]);
    expect(tree.map(({ pid }) => pid)).toEqual([7, 8, 30, 9]);
  });
});
