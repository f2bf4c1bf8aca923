import { describe, expect, it } from "vitest";
import type { DynoObservation } from "../../src/dyno/world.ts";
import type { Leaver, ShutdownReport } from "../../src/dyno/shutdown-watch.ts";
import type { OomVictim } from "../../src/engine/launched.ts";
import type { DynoName } from "../../src/heroku/names.ts";
import { mebibytes, seconds } from "../../src/kernel/units.ts";
import { adviser } from "../../src/platform/advice.ts";

const MASTER: Leaver = {
  pid: 7,
  ppid: 1,
  command: "gunicorn: master [app]",
  onSigterm: "handles",
  leftAfter: seconds(0.4),
  killed: false,
  late: false,
};
const LEFT: ShutdownReport = { processes: [MASTER], status: 0, lasted: seconds(0.5), killed: false };

function stopped(
  report: Partial<ShutdownReport>,
  part: { readonly dyno?: string; readonly toIdle?: boolean; readonly stuck?: boolean } = {},
): DynoObservation {
  const { dyno = "web.1", toIdle = false, stuck = false } = part;
  return { kind: "stopped", dyno: dyno as DynoName, toIdle, stuck, report: { ...LEFT, ...report } };
}

function heard(...observations: DynoObservation[]): string[] {
  const lines: string[] = [];
  const tell = adviser((line) => lines.push(line));
  observations.forEach(tell);
  return lines;
}

describe("advice on a child that was killed for memory (engine.md 3)", () => {
  const killed = (victim: OomVictim | undefined): string[] =>
    heard({ kind: "child-out-of-memory", dyno: "web.1" as DynoName, victim, killAt: mebibytes(1024) });
  const rest =
    "Its command lives on, and so does the dyno; Heroku kills the whole dyno at R15, and starts it again as after a crash.";

  it("names it where the kernel's log can be read", () => {
    expect(killed({ command: "python", rss: mebibytes(893.7) })).toEqual([
      `web.1 reached 1024 MB, and the kernel killed one of its processes: python, which held 893 MB. ${rest}`,
    ]);
  });

  it("says nothing of who it was where that is not known", () => {
    expect(killed(undefined)).toEqual([
      `web.1 reached 1024 MB, and the kernel killed one of its processes. ${rest}`,
    ]);
  });
});

it("advice on a dyno that was killed for its processes says what Heroku would have done, each time (heroku.md 1.1)", () => {
  const killed = { kind: "too-many-processes", dyno: "web.1" as DynoName, seen: 301, limit: 256 } as const;
  const words =
    'web.1 had 301 processes and threads, and its dyno type allows 256: it was killed. Without containers they can only be counted; on Heroku the kernel refuses the next one (EAGAIN: "Resource temporarily unavailable", "can\'t start new thread"), and the dyno lives on. Fewer workers or threads, or a larger dyno type.';
  expect(heard(killed, killed)).toEqual([words, words]);
});

describe("advice on a stop (heroku.md 2.3, design.md 4)", () => {
  it("is silent about a dyno that leaves in time", () => {
    expect(heard(stopped({}), stopped({ status: 143 }, { toIdle: true }))).toEqual([]);
    expect(heard(stopped({}, { dyno: "worker.1", toIdle: true }))).toEqual([]);
  });

  it("tells who was killed, and what it did about SIGTERM", () => {
    const report = {
      status: 137,
      lasted: seconds(30.1),
      killed: true,
      processes: [
        MASTER,
        { ...MASTER, pid: 9, command: "python stubborn.py", onSigterm: "ignores", killed: true },
        { ...MASTER, pid: 10, command: "python slow.py", killed: true },
        { ...MASTER, pid: 30, command: "sh clean-up", killed: true, late: true },
        { ...MASTER, pid: 11, command: "cat", onSigterm: undefined, killed: true },
      ] as const,
    };
    const [line, ...more] = heard(stopped(report), stopped(report));
    expect(line).toBe(
      "web.1 was killed 30 s after SIGTERM: python stubborn.py (pid 9) ignores SIGTERM, python slow.py (pid 10) handles SIGTERM and was not done, sh clean-up (pid 30) began after SIGTERM, cat (pid 11) did not leave. What it was doing then is lost; a process should take SIGTERM, finish what it has begun, and exit.",
    );
    expect(more).toEqual([line]);
  });

  it("tells who left late", () => {
    const slow = { ...MASTER, pid: 9, command: "python worker.py", leftAfter: seconds(17.2) };
    const report = { lasted: seconds(17.3), processes: [MASTER, slow] };
    expect(heard(stopped(report))).toEqual([
      "web.1 took 17 s of its 30 s to leave: python worker.py (pid 9) left after 17 s. Who is not gone by then is killed, with R12.",
    ]);
  });

  it("counts many instead of listing them, and cuts long commands", () => {
    const many = Array.from({ length: 7 }, (_, pid) => ({
      ...MASTER,
      pid,
      command: "x".repeat(100),
      killed: true,
    }));
    const [line = ""] = heard(stopped({ killed: true, lasted: seconds(30), processes: many }));
    expect(line).toContain(`${"x".repeat(60)}... (pid 4) handles`);
    expect(line).toContain(" and 2 more. What");
  });

  it("tells what status 0 on the idle SIGTERM means, in either era, once", () => {
    const [now, ...more] = heard(stopped({}, { toIdle: true }), stopped({}, { toIdle: true }));
    expect(now).toBe(
      "web.1 answered the idle SIGTERM with exit status 0; its next request wakes it. Free dynos of 2020 stayed asleep after that: dynosim up --era legacy shows it.",
    );
    expect(more).toEqual([]);
    expect(heard(stopped({}, { toIdle: true, stuck: true }))).toEqual([
      "web.1 answered the idle SIGTERM with exit status 0. As reported of free dynos in 2020, such an app is not woken again until it is restarted by hand: dynosim ps:restart. Until then every request gets H10. An app whose web process dies of SIGTERM (status 143) is woken: gunicorn's master exits with 0, waitress dies with 143.",
    ]);
  });
});

describe("advice on what the engine did (heroku.md 2.9)", () => {
  const dyno = "web.1" as DynoName;

  it("says on one line why a dyno could not be started, in whole sentences", () => {
    expect(
      heard(
        {
          kind: "not-launched",
          dyno,
          failure: { kind: "engine-unreachable", tried: ["start web.1: refused"] },
        },
        { kind: "not-launched", dyno, failure: { kind: "image-missing", image: "sha256:1" } },
      ),
    ).toEqual([
      "web.1 could not be started. No container engine answers. dynosim runs dynos in containers, and tried: start web.1: refused. Start Docker (or set DOCKER_HOST to the engine you use) and try again. On Debian and Ubuntu scripts/setup installs and starts one. Without containers, with fewer of a dyno's limits: --engine process (which: dynosim doctor --engine process).",
      "web.1 could not be started. The image sha256:1 is not here. Somebody removed it from the engine after dynosim made it. Run dynosim up: it makes what is missing. dynosim images build makes the stack images by themselves.",
    ]);
  });

  it("tells a dyno that is lost from one that crashed", () => {
    expect(heard({ kind: "lost", dyno })).toEqual([
      "web.1 is lost: the container engine does not answer, or somebody removed its container. It is no fault of the app, and on Heroku a dyno whose host fails is started elsewhere; here it is started again as soon as the engine answers.",
    ]);
  });
});
