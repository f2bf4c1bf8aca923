import { describe, expect, it } from "vitest";
import type { DynoInput } from "../../src/dyno/input.ts";
import type { DynoRules } from "../../src/dyno/rules.ts";
import { NEW_DYNO, type DynoState } from "../../src/dyno/state.ts";
import { transition } from "../../src/dyno/transition.ts";
import { hours, mebibytes, port, type Bytes } from "../../src/kernel/units.ts";
import { exited, launched, ONE_OFF_RULES, play, WEB_RULES, WORKER_RULES } from "./story.ts";

const UP: DynoInput[] = [{ kind: "start" }, launched(1), { kind: "bound", run: 1 }];
const STARTED = ["(launch 1)", "Starting process with command `serve`", "State changed from starting to up"];

interface Case {
  readonly name: string;
  readonly rules?: DynoRules;
  readonly inputs: readonly DynoInput[];
  readonly story: readonly string[];
  readonly phase: DynoState["phase"]["kind"];
}

const memory = (run: number, used: Bytes): DynoInput => ({
  kind: "memory",
  run,
  use: { total: used, hard: used },
});
const badBind = (run: number): DynoInput => ({
  kind: "bad-bind",
  run,
  bound: port(8000),
  wanted: port(10472),
});
const refused = (run: number): DynoInput => ({
  kind: "launch-failed",
  run,
  failure: { kind: "engine-error", during: "start web.1", reason: "no" },
});

describe("a dyno's life in Heroku's order (heroku.md 2.8)", () => {
  const cases: Case[] = [
    { name: "web: start, bind", inputs: UP, story: STARTED, phase: "up" },
    {
      name: "worker: up as soon as it runs (2.1)",
      rules: WORKER_RULES,
      inputs: [{ kind: "start" }, launched(1)],
      story: STARTED,
      phase: "up",
    },
    {
      name: "restart: the new one starts when the old one got SIGTERM, not after it (2.3)",
      inputs: [
        ...UP,
        { kind: "restart", why: "asked" },
        launched(2),
        exited(1, 143),
        { kind: "bound", run: 2 },
      ],
      story: [
        ...STARTED,
        "Restarting",
        "State changed from up to starting",
        "Stopping all processes with SIGTERM",
        "(SIGTERM to 1)",
        "(launch 2)",
        "Starting process with command `serve`",
        "Process exited with status 143",
        "State changed from starting to up",
      ],
      phase: "up",
    },
    {
      name: "idle and wake",
      inputs: [
        ...UP,
        { kind: "idle" },
        exited(1, 143),
        { kind: "wake" },
        { kind: "wake" },
        launched(2),
        { kind: "bound", run: 2 },
      ],
      story: [
        ...STARTED,
        "Idling",
        "State changed from up to down",
        "Stopping all processes with SIGTERM",
        "(SIGTERM to 1)",
        "Process exited with status 143",
        "Unidling",
        "State changed from down to starting",
        "(launch 2)",
        "Starting process with command `serve`",
        "State changed from starting to up",
      ],
      phase: "up",
    },
    {
      name: "era legacy: stuck asleep after a clean exit (design.md 4)",
      rules: { ...WEB_RULES, stuckAfterCleanIdleExit: true },
      inputs: [...UP, { kind: "idle" }, exited(1, 0), { kind: "wake" }],
      story: [
        ...STARTED,
        "Idling",
        "State changed from up to down",
        "Stopping all processes with SIGTERM",
        "(SIGTERM to 1)",
        "Process exited with status 0",
      ],
      phase: "idle",
    },
    {
      name: "era legacy: status 143 wakes",
      rules: { ...WEB_RULES, stuckAfterCleanIdleExit: true },
      inputs: [...UP, { kind: "idle" }, exited(1, 143), { kind: "wake" }],
      story: [
        ...STARTED,
        "Idling",
        "State changed from up to down",
        "Stopping all processes with SIGTERM",
        "(SIGTERM to 1)",
        "Process exited with status 143",
        "Unidling",
        "State changed from down to starting",
        "(launch 2)",
      ],
      phase: "starting",
    },
    {
      name: "out of hours: sleeps as for want of requests, and is not woken before there are hours again (1.3)",
      inputs: [
        ...UP,
        { kind: "hours-out" },
        exited(1, 143),
        { kind: "wake" },
        { kind: "hours-back" },
        { kind: "wake" },
      ],
      story: [
        ...STARTED,
        "Idling",
        "State changed from up to down",
        "Idling because quota is exhausted",
        "Stopping all processes with SIGTERM",
        "(SIGTERM to 1)",
        "Process exited with status 143",
        "Unidling",
        "State changed from down to starting",
        "(launch 2)",
      ],
      phase: "starting",
    },
    {
      name: "era legacy: a clean exit for want of hours is no reason to be stuck next month",
      rules: { ...WEB_RULES, stuckAfterCleanIdleExit: true },
      inputs: [...UP, { kind: "hours-out" }, exited(1, 0), { kind: "hours-back" }, { kind: "wake" }],
      story: [
        ...STARTED,
        "Idling",
        "State changed from up to down",
        "Idling because quota is exhausted",
        "Stopping all processes with SIGTERM",
        "(SIGTERM to 1)",
        "Process exited with status 0",
        "Unidling",
        "State changed from down to starting",
        "(launch 2)",
      ],
      phase: "starting",
    },
    {
      name: "out of hours while it boots: it gets up first, as on Heroku",
      inputs: [{ kind: "start" }, launched(1), { kind: "hours-out" }, { kind: "bound", run: 1 }],
      story: [
        ...STARTED,
        "Idling",
        "State changed from up to down",
        "Idling because quota is exhausted",
        "Stopping all processes with SIGTERM",
        "(SIGTERM to 1)",
      ],
      phase: "idle",
    },
    {
      name: "out of hours during a cool-off: it is over",
      inputs: [
        { kind: "start" },
        exited(1, 1),
        exited(2, 1),
        { kind: "hours-out" },
        { kind: "cool-off-over" },
      ],
      story: [
        "(launch 1)",
        "Process exited with status 1",
        "State changed from starting to crashed",
        "State changed from crashed to starting",
        "(launch 2)",
        "Process exited with status 1",
        "State changed from starting to crashed",
        "(again in 20 min)",
        "Idling",
        "State changed from crashed to down",
        "Idling because quota is exhausted",
      ],
      phase: "idle",
    },
    {
      name: "restarted out of hours: boots, and falls asleep again",
      rules: WORKER_RULES,
      inputs: [
        { kind: "start" },
        launched(1),
        { kind: "hours-out" },
        exited(1, 143),
        { kind: "restart", why: "asked" },
        launched(2),
      ],
      story: [
        ...STARTED,
        "Idling",
        "State changed from up to down",
        "Idling because quota is exhausted",
        "Stopping all processes with SIGTERM",
        "(SIGTERM to 1)",
        "Process exited with status 143",
        "Restarting",
        "State changed from down to starting",
        "(launch 2)",
        "Starting process with command `serve`",
        "State changed from starting to up",
        "Idling",
        "State changed from up to down",
        "Idling because quota is exhausted",
        "Stopping all processes with SIGTERM",
        "(SIGTERM to 2)",
      ],
      phase: "idle",
    },
    {
      name: "out of hours: a one-off dyno is stopped",
      rules: ONE_OFF_RULES,
      inputs: [{ kind: "start" }, launched(1), { kind: "hours-out" }, { kind: "stop" }, exited(1, 143)],
      story: [
        ...STARTED,
        "Stopping all processes with SIGTERM",
        "(SIGTERM to 1)",
        "Process exited with status 143",
        "State changed from up to complete",
      ],
      phase: "complete",
    },
    {
      name: "crash: at once the first time, then after 20 minutes (2.6); status 0 is a crash too",
      inputs: [
        { kind: "start" },
        launched(1),
        exited(1, 1),
        launched(2),
        exited(2, 0),
        { kind: "cool-off-over" },
      ],
      story: [
        "(launch 1)",
        "Starting process with command `serve`",
        "Process exited with status 1",
        "State changed from starting to crashed",
        "State changed from crashed to starting",
        "(launch 2)",
        "Starting process with command `serve`",
        "Process exited with status 0",
        "State changed from starting to crashed",
        "(again in 20 min)",
        "State changed from crashed to starting",
        "(launch 3)",
      ],
      phase: "starting",
    },
    {
      name: "a successful boot resets the back-off",
      inputs: [
        ...UP,
        exited(1, 1),
        launched(2),
        { kind: "bound", run: 2 },
        { kind: "boot-proved", run: 2 },
        exited(2, 1),
      ],
      story: [
        ...STARTED,
        "Process exited with status 1",
        "State changed from up to crashed",
        "State changed from crashed to starting",
        "(launch 2)",
        "Starting process with command `serve`",
        "State changed from starting to up",
        "Process exited with status 1",
        "State changed from up to crashed",
        "State changed from crashed to starting",
        "(launch 3)",
      ],
      phase: "starting",
    },
    {
      name: "binding alone is no successful boot: who binds and dies again cools off",
      inputs: [...UP, exited(1, 1), launched(2), { kind: "bound", run: 2 }, exited(2, 1)],
      story: [
        ...STARTED,
        "Process exited with status 1",
        "State changed from up to crashed",
        "State changed from crashed to starting",
        "(launch 2)",
        "Starting process with command `serve`",
        "State changed from starting to up",
        "Process exited with status 1",
        "State changed from up to crashed",
        "(again in 20 min)",
      ],
      phase: "crashed",
    },
    {
      name: "R10",
      inputs: [{ kind: "start" }, launched(1), { kind: "boot-time-over", run: 1 }, exited(1, 137)],
      story: [
        "(launch 1)",
        "Starting process with command `serve`",
        "Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch",
        "Stopping process with SIGKILL",
        "(SIGKILL to 1)",
        "Process exited with status 137",
        "State changed from starting to crashed",
        "State changed from crashed to starting",
        "(launch 2)",
      ],
      phase: "starting",
    },
    {
      name: "R12",
      inputs: [...UP, { kind: "stop" }, { kind: "grace-over", run: 1 }, exited(1, 137)],
      story: [
        ...STARTED,
        "State changed from up to down",
        "Stopping all processes with SIGTERM",
        "(SIGTERM to 1)",
        "Error R12 (Exit timeout) -> At least one process failed to exit within 30 seconds of SIGTERM",
        "Stopping remaining processes with SIGKILL",
        "(SIGKILL to 1)",
        "Process exited with status 137",
      ],
      phase: "down",
    },
    {
      name: "R14 on each sample above the quota, nothing at the quota (4)",
      inputs: [...UP, memory(1, mebibytes(512)), memory(1, mebibytes(871)), memory(1, mebibytes(600))],
      story: [
        ...STARTED,
        "Process running mem=871M(170.1%)",
        "Error R14 (Memory quota exceeded)",
        "Process running mem=600M(117.2%)",
        "Error R14 (Memory quota exceeded)",
      ],
      phase: "up",
    },
    {
      name: "R15 by sample",
      rules: WORKER_RULES,
      inputs: [
        { kind: "start" },
        launched(1),
        memory(1, mebibytes(1214)),
        memory(1, mebibytes(1300)),
        exited(1, 137),
      ],
      story: [
        ...STARTED,
        "Process running mem=1214M(237.1%)",
        "Error R15 (Memory quota vastly exceeded)",
        "Stopping process with SIGKILL",
        "(SIGKILL to 1)",
        "Process exited with status 137",
        "State changed from up to crashed",
        "State changed from crashed to starting",
        "(launch 2)",
      ],
      phase: "starting",
    },
    {
      name: "R15 in a boot whose time is over before the process is gone: no R10 beside it",
      inputs: [
        { kind: "start" },
        launched(1),
        memory(1, mebibytes(1024)),
        memory(1, mebibytes(1300)),
        { kind: "boot-time-over", run: 1 },
        exited(1, 137),
      ],
      story: [
        "(launch 1)",
        "Starting process with command `serve`",
        "Process running mem=1024M(200.0%)",
        "Error R14 (Memory quota exceeded)",
        "Process running mem=1300M(253.9%)",
        "Error R15 (Memory quota vastly exceeded)",
        "Stopping process with SIGKILL",
        "(SIGKILL to 1)",
        "Process exited with status 137",
        "State changed from starting to crashed",
        "State changed from crashed to starting",
        "(launch 2)",
      ],
      phase: "starting",
    },
    {
      name: "R15 by the kernel: the same lines, at the limit",
      inputs: [...UP, exited(1, 137, true)],
      story: [
        ...STARTED,
        "Process running mem=1024M(200.0%)",
        "Error R15 (Memory quota vastly exceeded)",
        "Stopping process with SIGKILL",
        "Process exited with status 137",
        "State changed from up to crashed",
        "State changed from crashed to starting",
        "(launch 2)",
      ],
      phase: "starting",
    },
    {
      name: "the kernel takes a child: told, and the dyno stays up (engine.md 3)",
      inputs: [...UP, { kind: "child-out-of-memory", run: 1 }],
      story: [...STARTED, "Process running mem=1024M(200.0%)", "Error R15 (Memory quota vastly exceeded)"],
      phase: "up",
    },
    {
      name: "daily cycling (2.5)",
      inputs: [...UP, { kind: "cycle-due", run: 1 }, launched(2), exited(1, 143), { kind: "bound", run: 2 }],
      story: [
        ...STARTED,
        "Cycling",
        "State changed from up to starting",
        "Stopping all processes with SIGTERM",
        "(SIGTERM to 1)",
        "(launch 2)",
        "Starting process with command `serve`",
        "Process exited with status 143",
        "State changed from starting to up",
      ],
      phase: "up",
    },
    {
      name: "the engine goes away: R99, no crash of the app's, and a start as soon as it is back (2.9)",
      inputs: [...UP, { kind: "lost", run: 1 }, { kind: "engine-back" }, launched(2), exited(2, 1)],
      story: [
        ...STARTED,
        "Error R99 (Platform error)",
        "State changed from up to crashed",
        "(again when the engine answers, 0 s from now)",
        "State changed from crashed to starting",
        "(launch 2)",
        "Starting process with command `serve`",
        "Process exited with status 1",
        "State changed from starting to crashed",
        "State changed from crashed to starting",
        "(launch 3)",
      ],
      phase: "starting",
    },
    {
      name: "the engine goes away during a restart: the old one is not told of",
      inputs: [
        ...UP,
        { kind: "restart", why: "asked" },
        launched(2),
        { kind: "lost", run: 1 },
        { kind: "lost", run: 2 },
      ],
      story: [
        ...STARTED,
        "Restarting",
        "State changed from up to starting",
        "Stopping all processes with SIGTERM",
        "(SIGTERM to 1)",
        "(launch 2)",
        "Starting process with command `serve`",
        "Error R99 (Platform error)",
        "State changed from starting to crashed",
        "(again when the engine answers, 0 s from now)",
      ],
      phase: "lost",
    },
    {
      name: "an engine that answers and refuses: R99 once, then tries with growing pauses",
      inputs: [
        { kind: "start" },
        refused(1),
        { kind: "engine-back" },
        refused(2),
        { kind: "engine-back" },
        launched(3),
        { kind: "lost", run: 3 },
      ],
      story: [
        "(launch 1)",
        "Error R99 (Platform error)",
        "State changed from starting to crashed",
        "(again when the engine answers, 1 s from now)",
        "State changed from crashed to starting",
        "(launch 2)",
        "State changed from starting to crashed",
        "(again when the engine answers, 2 s from now)",
        "State changed from crashed to starting",
        "(launch 3)",
        "Starting process with command `serve`",
        "Error R99 (Platform error)",
        "State changed from starting to crashed",
        "(again when the engine answers, 0 s from now)",
      ],
      phase: "lost",
    },
    {
      name: "a lost dyno is stopped, and the engine comes back",
      inputs: [...UP, { kind: "lost", run: 1 }, { kind: "stop" }, { kind: "engine-back" }],
      story: [
        ...STARTED,
        "Error R99 (Platform error)",
        "State changed from up to crashed",
        "(again when the engine answers, 0 s from now)",
        "State changed from crashed to down",
      ],
      phase: "down",
    },
    {
      name: "the slug is gone: R17, and it is not tried again by itself (2.9)",
      inputs: [
        { kind: "start" },
        { kind: "launch-failed", run: 1, failure: { kind: "image-missing", image: "sha256:1" } },
        { kind: "restart", why: "asked" },
      ],
      story: [
        "(launch 1)",
        "Error R17 (Checksum error)",
        "State changed from starting to crashed",
        "Restarting",
        "State changed from crashed to starting",
        "(launch 2)",
      ],
      phase: "starting",
    },
    {
      name: "R11 where the era tells it: another port than $PORT is the end at once (2.2)",
      rules: { ...WEB_RULES, tellsBadBind: true },
      inputs: [{ kind: "start" }, launched(1), badBind(1), badBind(1), exited(1, 137)],
      story: [
        "(launch 1)",
        "Starting process with command `serve`",
        "Error R11 (Bad bind) -> Process bound to port 8000, should be 10472 (see environment variable PORT)",
        "Stopping process with SIGKILL",
        "(SIGKILL to 1)",
        "Process exited with status 137",
        "State changed from starting to crashed",
        "State changed from crashed to starting",
        "(launch 2)",
      ],
      phase: "starting",
    },
    {
      name: "where it does not, the wrong port is found out by R10",
      inputs: [{ kind: "start" }, launched(1), badBind(1)],
      story: ["(launch 1)", "Starting process with command `serve`"],
      phase: "starting",
    },
    {
      name: "one-off: the engine goes away, and nothing starts it again",
      rules: ONE_OFF_RULES,
      inputs: [{ kind: "start" }, launched(1), { kind: "lost", run: 1 }, { kind: "engine-back" }],
      story: [...STARTED, "Error R99 (Platform error)", "State changed from up to complete"],
      phase: "complete",
    },
    {
      name: "one-off: ends with its day (2.5)",
      rules: ONE_OFF_RULES,
      inputs: [{ kind: "start" }, launched(1), { kind: "cycle-due", run: 1 }, exited(1, 143)],
      story: [
        ...STARTED,
        "Cycling",
        "Stopping all processes with SIGTERM",
        "(SIGTERM to 1)",
        "Process exited with status 143",
        "State changed from up to complete",
      ],
      phase: "complete",
    },
    {
      name: "one-off: asked to stop twice, its 30 s run on",
      rules: ONE_OFF_RULES,
      inputs: [
        { kind: "start" },
        launched(1),
        { kind: "stop" },
        { kind: "stop" },
        { kind: "grace-over", run: 1 },
        exited(1, 137),
      ],
      story: [
        ...STARTED,
        "Stopping all processes with SIGTERM",
        "(SIGTERM to 1)",
        "Error R12 (Exit timeout) -> At least one process failed to exit within 30 seconds of SIGTERM",
        "Stopping remaining processes with SIGKILL",
        "(SIGKILL to 1)",
        "Process exited with status 137",
        "State changed from up to complete",
      ],
      phase: "complete",
    },
    {
      name: "one-off: the kernel kills it for memory",
      rules: ONE_OFF_RULES,
      inputs: [{ kind: "start" }, launched(1), exited(1, 137, true)],
      story: [
        ...STARTED,
        "Process running mem=1024M(200.0%)",
        "Error R15 (Memory quota vastly exceeded)",
        "Stopping process with SIGKILL",
        "Process exited with status 137",
        "State changed from up to complete",
      ],
      phase: "complete",
    },
    {
      name: "one-off: neither restarts nor sleeps with the app (1.3, 2.4)",
      rules: ONE_OFF_RULES,
      inputs: [{ kind: "start" }, launched(1), { kind: "restart", why: "asked" }, { kind: "idle" }],
      story: STARTED,
      phase: "up",
    },
    {
      name: "one-off: complete with its command (8)",
      rules: ONE_OFF_RULES,
      inputs: [{ kind: "start" }, launched(1), exited(1, 3)],
      story: [...STARTED, "Process exited with status 3", "State changed from up to complete"],
      phase: "complete",
    },
    {
      name: "a one-off dyno cannot be restarted (2.4)",
      rules: ONE_OFF_RULES,
      inputs: [{ kind: "start" }, launched(1), exited(1, 0), { kind: "restart", why: "asked" }],
      story: [...STARTED, "Process exited with status 0", "State changed from up to complete"],
      phase: "complete",
    },
    {
      name: "restart of a crashed dyno",
      inputs: [{ kind: "start" }, exited(1, 1), exited(2, 1), { kind: "restart", why: "asked" }],
      story: [
        "(launch 1)",
        "Process exited with status 1",
        "State changed from starting to crashed",
        "State changed from crashed to starting",
        "(launch 2)",
        "Process exited with status 1",
        "State changed from starting to crashed",
        "(again in 20 min)",
        "Restarting",
        "State changed from crashed to starting",
        "(launch 3)",
      ],
      phase: "starting",
    },
  ];
  it.each(cases)("$name", ({ rules = WEB_RULES, inputs, story, phase }) => {
    const played = play(rules, inputs);
    expect(played.story).toEqual(story);
    expect(played.state.phase.kind).toBe(phase);
  });
});

describe("the back-off begins anew (2.6)", () => {
  const CRASHED: DynoInput[] = [{ kind: "start" }, exited(1, 1), exited(2, 1)];
  const ways: [string, readonly DynoInput[], number][] = [
    ["with a restart or a release", [{ kind: "restart", why: "asked" }], 3],
    ["with a scale to 0 and back", [{ kind: "stop" }, { kind: "start" }], 3],
    [
      "with a boot that was successful",
      [{ kind: "cool-off-over" }, launched(3), { kind: "bound", run: 3 }, { kind: "boot-proved", run: 3 }],
      3,
    ],
    ["with sleep", [{ kind: "idle" }, { kind: "wake" }], 3],
    [
      "with a cycle",
      [
        { kind: "cool-off-over" },
        launched(3),
        { kind: "bound", run: 3 },
        { kind: "cycle-due", run: 3 },
        launched(4),
      ],
      4,
    ],
  ];
  it.each(ways)("%s", (_way, inputs, run) => {
    const { story } = play(WEB_RULES, [...CRASHED, ...inputs, exited(run, 1)]);
    expect(story.slice(-2)).toEqual(["State changed from crashed to starting", `(launch ${run + 1})`]);
  });

  it("and not with a cool-off that is over", () => {
    const { story } = play(WEB_RULES, [...CRASHED, { kind: "cool-off-over" }, exited(3, 1)]);
    expect(story.at(-1)).toBe("(again in 40 min)");
  });
});

it("cools off for 0, 20, 40, 60, 180, 320, 320 minutes (heroku.md 2.6)", () => {
  const crashes = Array.from({ length: 7 }, (_, at) => [
    exited(at + 1, 1),
    { kind: "cool-off-over" } as const,
  ]).flat();
  const { story } = play(WEB_RULES, [{ kind: "start" }, ...crashes]);
  expect(story.filter((line) => line.startsWith("(again"))).toEqual(
    [20, 40, 60, 180, 320, 320].map((minutes) => `(again in ${minutes} min)`),
  );
});

it("the cycle timer runs on the platform clock, boot and grace on real time (design.md 4)", () => {
  const clocks = new Map<string, string>();
  let state = NEW_DYNO;
  for (const one of [...UP, { kind: "stop" } as const]) {
    const step = transition(state, one, WEB_RULES);
    state = step.state;
    for (const effect of step.effects)
      if (effect.kind === "timer") clocks.set(effect.timer, `${effect.clock} ${effect.after}`);
  }
  expect(Object.fromEntries(clocks)).toEqual({
    boot: "real 60000",
    cycle: `platform ${hours(25)}`,
    grace: "real 30000",
  });
});
