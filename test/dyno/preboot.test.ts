import { describe, expect, it } from "vitest";
import type { DynoInput } from "../../src/dyno/input.ts";
import type { DynoRules } from "../../src/dyno/rules.ts";
import { mebibytes, minutes } from "../../src/kernel/units.ts";
import { exited, launched, play, WEB_RULES } from "./story.ts";

const PREBOOT: DynoRules = { ...WEB_RULES, preboot: minutes(3) };
const UP: readonly DynoInput[] = [{ kind: "start" }, launched(1), { kind: "bound", run: 1 }];
const RESTART: DynoInput = { kind: "restart", why: "asked" };
const SWITCH: DynoInput = { kind: "switch-due", run: 1 };
const BESIDE = [
  "Restarting",
  "State changed from up to starting",
  "(launch 2)",
  "(switch in 3 min)",
  "Starting process with command `serve`",
  "State changed from starting to up",
];
const STOP_OF_1 = ["Stopping all processes with SIGTERM", "(SIGTERM to 1)"];

/** What is told from the restart on. */
function after(...inputs: readonly DynoInput[]): readonly string[] {
  const before = play(PREBOOT, UP).story.length;
  return play(PREBOOT, [...UP, ...inputs]).story.slice(before);
}

describe("preboot (heroku.md 2.7)", () => {
  it("the old run serves on beside the new one and stops with the switch", () => {
    expect(after(RESTART, launched(2), { kind: "bound", run: 2 }, SWITCH, exited(1, 143))).toEqual([
      ...BESIDE,
      ...STOP_OF_1,
      "Process exited with status 143",
    ]);
  });

  it("goes for the daily cycle too", () => {
    expect(after({ kind: "cycle-due", run: 1 }, launched(2), { kind: "bound", run: 2 })).toEqual([
      "Cycling",
      ...BESIDE.slice(1),
    ]);
  });

  it("the switch comes for a new run that does not boot as well", () => {
    expect(
      after(
        RESTART,
        launched(2),
        { kind: "boot-time-over", run: 2 },
        exited(2, 137),
        launched(3),
        { kind: "boot-time-over", run: 3 },
        exited(3, 137),
        SWITCH,
        exited(1, 143),
      ).slice(-5),
    ).toEqual([
      "State changed from starting to crashed",
      "(again in 20 min)",
      ...STOP_OF_1,
      "Process exited with status 143",
    ]);
  });

  it.each<[string, readonly DynoInput[], readonly string[]]>([
    [
      "a crash of the new run is a crash of the dyno, and the old one serves on",
      [exited(2, 1)],
      [
        "Process exited with status 1",
        "State changed from up to crashed",
        "State changed from crashed to starting",
        "(launch 3)",
      ],
    ],
    [
      "a crash of the old run restarts nothing, and the switch has nothing left to do",
      [exited(1, 1), SWITCH],
      ["Process exited with status 1"],
    ],
    [
      "the old run is watched while it serves",
      [{ kind: "memory", run: 1, use: { total: mebibytes(600), hard: mebibytes(600) } }],
      ["Process running mem=600M(117.2%)", "Error R14 (Memory quota exceeded)"],
    ],
    [
      "the old run is killed for its memory as any other",
      [{ kind: "memory", run: 1, use: { total: mebibytes(1100), hard: mebibytes(1100) } }, exited(1, 137)],
      [
        "Process running mem=1100M(214.8%)",
        "Error R15 (Memory quota vastly exceeded)",
        "Stopping process with SIGKILL",
        "(SIGKILL to 1)",
        "Process exited with status 137",
      ],
    ],
    ["the old run may be lost", [{ kind: "lost", run: 1 }, SWITCH], ["Error R99 (Platform error)"]],
    [
      "restarted before the switch: the newest replaces the new one, and the old one serves on for its whole time",
      [RESTART, launched(3), { kind: "bound", run: 3 }, exited(2, 143), SWITCH, exited(1, 143)],
      [
        "Restarting",
        "State changed from up to starting",
        "Stopping all processes with SIGTERM",
        "(SIGTERM to 2)",
        "(launch 3)",
        "(switch in 3 min)",
        "Starting process with command `serve`",
        "State changed from starting to up",
        "Process exited with status 143",
        ...STOP_OF_1,
        "Process exited with status 143",
      ],
    ],
    [
      "stopped before the switch: both stop",
      [{ kind: "stop" }, exited(2, 143), exited(1, 143), SWITCH],
      [
        "State changed from up to down",
        "Stopping all processes with SIGTERM",
        "(SIGTERM to 2)",
        ...STOP_OF_1,
        "Process exited with status 143",
        "Process exited with status 143",
      ],
    ],
  ])("%s", (_, inputs, told) => {
    expect(after(RESTART, launched(2), { kind: "bound", run: 2 }, ...inputs)).toEqual([...BESIDE, ...told]);
  });

  it.each<[string, readonly DynoInput[]]>([
    ["boots", []],
    ["has crashed", [launched(1), { kind: "bound", run: 1 }, exited(1, 1), exited(2, 1)]],
  ])("a dyno that %s has nothing to serve on with", (_, inputs) => {
    const { state } = play(PREBOOT, [{ kind: "start" }, ...inputs, RESTART]);
    expect(state).toMatchObject({ former: undefined, phase: { kind: "starting" } });
  });
});
