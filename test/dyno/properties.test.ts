import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Effect } from "../../src/dyno/effect.ts";
import type { DynoInput } from "../../src/dyno/input.ts";
import type { DynoRules } from "../../src/dyno/rules.ts";
import type { Run } from "../../src/dyno/state.ts";
import type { DynoEvent } from "../../src/heroku/events.ts";
import { minutes } from "../../src/kernel/units.ts";
import { alive, EMPTY_STAGE, playOn, possible, type Stage } from "./model.ts";
import { ATTACHED_RULES, exited, launched, ONE_OFF_RULES, WEB_RULES, WORKER_RULES } from "./story.ts";

interface Turn {
  readonly before: Stage;
  readonly input: DynoInput;
  readonly effects: readonly Effect[];
  readonly after: Stage;
}

const RULES: readonly DynoRules[] = [
  WEB_RULES,
  WORKER_RULES,
  ONE_OFF_RULES,
  ATTACHED_RULES,
  { ...WEB_RULES, stuckAfterCleanIdleExit: true, tellsBadBind: true },
  { ...WEB_RULES, preboot: minutes(3) },
];

/** Without a bias to small numbers, which would pick what is first on the list. */
const PICK = fc.noBias(fc.nat({ max: 9999 }));

/** A life of up to 80 turns, each picked from what can happen then. */
function holds(judge: (turns: readonly Turn[], rules: DynoRules) => void): void {
  const picks = fc.array(PICK, { minLength: 5, maxLength: 80 });
  fc.assert(
    fc.property(picks, fc.constantFrom(...RULES), (chosen, rules) => judge(walk(chosen, rules), rules)),
    { numRuns: 700 },
  );
}

function walk(picks: readonly number[], rules: DynoRules): readonly Turn[] {
  const turns: Turn[] = [];
  let before = EMPTY_STAGE;
  const take = (input: DynoInput): void => {
    const { stage: after, effects } = playOn(before, input, rules);
    turns.push({ before, input, effects, after });
    before = after;
  };
  take({ kind: "start" });
  for (const pick of picks) {
    const now = possible(before, rules).flatMap((input) =>
      Array<DynoInput>(WEIGHTS[input.kind] ?? 1).fill(input),
    );
    take(now[pick % now.length]!);
  }
  return turns;
}

/** What lets a dyno live on comes more often than its many ends. */
const WEIGHTS: Partial<Record<DynoInput["kind"], number>> = {
  start: 3,
  restart: 2,
  launched: 20,
  bound: 20,
  wake: 5,
  "hours-back": 5,
  "client-came": 5,
  "engine-back": 10,
  "switch-due": 5,
  "hang-up-due": 5,
};

/** Stopped, and every process ends as one that was told to. */
function end(stage: Stage, rules: DynoRules): Stage {
  let now = playOn(stage, { kind: "stop" }, rules).stage;
  for (let run = first(now.launching); run !== undefined; run = first(now.launching))
    now = playOn(now, launched(run), rules).stage;
  for (let run = first(now.running); run !== undefined; run = first(now.running))
    now = playOn(now, exited(run, now.killed.has(run) ? 137 : 143), rules).stage;
  return now;
}

function first(runs: ReadonlySet<Run>): Run | undefined {
  return runs.values().next().value;
}

function told(effects: readonly Effect[]): readonly DynoEvent[] {
  return effects.flatMap((effect) => (effect.kind === "tell" ? [effect.event] : []));
}

function codes(effects: readonly Effect[]): readonly string[] {
  return told(effects).flatMap((event) => (event.kind === "dyno-error" ? [event.code] : []));
}

describe("whatever happens, and in whatever order", () => {
  it("every process belongs to the dyno, or has been sent SIGTERM and has its 30 s or SIGKILL", () => {
    holds((turns) => {
      const terminated = new Set<Run>();
      for (const { effects, after } of turns) {
        for (const effect of effects)
          if (effect.kind === "signal" && effect.signal === "SIGTERM") terminated.add(effect.run);
        const { phase, former, leaving } = after.state;
        const current = "run" in phase ? [phase.run] : [];
        const kept = former === undefined ? [] : [former];
        expect(alive(after)).toEqual(new Set([...current, ...kept, ...leaving.map(({ run }) => run)]));
        for (const { run, killed } of leaving) {
          expect(terminated).toContain(run);
          expect(killed ? after.killed.has(run) : after.timers.has(`grace ${run}`)).toBe(true);
        }
      }
    });
  });

  it("nothing of a dyno that is stopped is left: no process, no timer", () => {
    holds((turns, rules) => {
      const last = end(turns.at(-1)!.after, rules);
      expect(last.state.phase.kind).toBe(rules.kind === "one-off" ? "complete" : "down");
      expect([...alive(last)]).toEqual([]);
      expect([...last.timers.keys()]).toEqual([]);
    });
  });

  it("a run that exits is told to have exited, once, and no other is", () => {
    holds((turns) => {
      for (const { input, effects } of turns) {
        const exits = told(effects).filter((event) => event.kind === "process-exited");
        expect(exits).toHaveLength(input.kind === "exited" ? 1 : 0);
      }
    });
  });

  it("a run that is lost or does not start is told as the platform's fault, once in an outage", () => {
    holds((turns) => {
      /** Runs that are tries to end an outage which has been told of. */
      const tries = new Set<Run>();
      for (const { before, input, effects } of turns) {
        const ended = input.kind === "lost" || input.kind === "launch-failed";
        const { phase, former } = before.state;
        const ours = ended && "run" in phase && phase.run === input.run;
        if (input.kind === "launched") tries.delete(input.run);
        for (const effect of effects) {
          if (effect.kind !== "launch") continue;
          if (phase.kind === "lost" || (phase.kind === "starting" && tries.has(phase.run)))
            tries.add(effect.run);
        }
        const slugGone = input.kind === "launch-failed" && input.failure.kind === "image-missing";
        const expected = ours
          ? slugGone
            ? ["R17"]
            : tries.has(input.run)
              ? []
              : ["R99"]
          : ended && input.run === former
            ? ["R99"]
            : [];
        expect(codes(effects).filter((code) => code === "R99" || code === "R17")).toEqual(expected);
      }
    });
  });

  it("the platform's faults are no crashes of the app's, and a cool-off has its figure of heroku.md 2.6", () => {
    const coolOffs = [20, 40, 60, 180, 320];
    holds((turns) => {
      for (const { before, input, effects, after } of turns) {
        const ours = input.kind === "lost" || input.kind === "launch-failed";
        // who falls asleep for want of hours begins anew
        if (ours && after.state.phase.kind !== "idle") expect(after.state.crashes).toBe(before.state.crashes);
        for (const effect of effects) {
          if (effect.kind !== "timer" || effect.timer !== "cool-off") continue;
          const crashes = before.state.crashes + 1;
          expect(effect.clock).toBe("platform");
          expect(effect.after).toBe(minutes(coolOffs[Math.min(crashes - 2, 4)]!));
        }
      }
    });
  });

  it("no two runs of a dyno are up, but for the one that preboot lets serve on", () => {
    holds((turns) => {
      const up = new Set<Run>();
      for (const { input, effects, after } of turns) {
        if (input.kind === "exited" || input.kind === "lost") up.delete(input.run);
        for (const effect of effects) {
          if (effect.kind === "signal" && effect.signal !== "SIGHUP") up.delete(effect.run);
          if (effect.kind === "tell" && effect.event.kind === "state-changed" && effect.event.to === "up")
            up.add(after.state.runs);
        }
        const serving = [...up].filter((run) => run !== after.state.former);
        expect(serving.length).toBeLessThanOrEqual(1);
      }
    });
  });

  it("what waits has something to wait for", () => {
    holds((turns, rules) => {
      let slugGone = false;
      for (const { input, effects, after } of turns) {
        if (effects.some(({ kind }) => kind === "launch")) slugGone = false;
        if (input.kind === "launch-failed" && codes(effects).includes("R17")) slugGone = true;
        const { phase, runs } = after.state;
        const timer = (name: string): boolean => after.timers.has(`${name} ${runs}`);
        if (phase.kind === "crashed") expect(timer("cool-off")).toBe(!slugGone);
        if (phase.kind === "lost") expect(after.awaitsEngine).toBe(true);
        if (phase.kind === "starting" && phase.launched && phase.sent === "nothing")
          expect(timer("boot")).toBe(true);
        if (phase.kind === "up" && phase.sent === "nothing") expect(timer("cycle")).toBe(true);
        if (phase.kind === "up" && rules.kind === "one-off" && phase.sent === "SIGTERM")
          expect(timer("grace")).toBe(true);
      }
    });
  });

  it("nobody stays up out of hours, and no request wakes anybody", () => {
    holds((turns) => {
      for (const { input, effects, after } of turns) {
        const { phase, outOfHours } = after.state;
        if (!outOfHours) continue;
        const stays = phase.kind === "up" ? phase.sent === "nothing" : phase.kind === "crashed";
        expect(stays || phase.kind === "lost").toBe(false);
        if (input.kind === "wake") expect(effects).toEqual([]);
      }
    });
  });

  it("the log's states form a chain: each change starts where the last one ended", () => {
    holds((turns) => {
      const changes = turns.flatMap(({ effects }) =>
        told(effects).flatMap((event) => (event.kind === "state-changed" ? [event] : [])),
      );
      for (const [at, change] of changes.entries()) {
        const before = changes[at - 1];
        expect(change.from).not.toBe(change.to);
        // a dyno that was stopped and started again begins anew, without a line of its own
        if (before !== undefined && before.to !== "down") expect(change.from).toBe(before.to);
      }
    });
  });

  it("the walks get everywhere: no property holds for want of trying", () => {
    const seen = new Set<string>();
    const phases = new Set<string>();
    fc.assert(
      fc.property(fc.array(PICK, { minLength: 60, maxLength: 80 }), (picks) => {
        for (const rules of RULES)
          for (const { input, after } of walk(picks, rules)) {
            seen.add(input.kind);
            phases.add(after.state.phase.kind);
          }
      }),
      { numRuns: 100, seed: 1 },
    );
    expect([...phases].toSorted()).toEqual(["complete", "crashed", "down", "idle", "lost", "starting", "up"]);
    expect([...seen].toSorted()).toMatchInlineSnapshot(`
      [
        "attach-time-over",
        "bad-bind",
        "boot-proved",
        "boot-time-over",
        "bound",
        "child-out-of-memory",
        "client-came",
        "client-gone",
        "cool-off-over",
        "cycle-due",
        "engine-back",
        "exited",
        "grace-over",
        "hang-up-due",
        "hours-back",
        "hours-out",
        "idle",
        "launch-failed",
        "launched",
        "lost",
        "memory",
        "restart",
        "start",
        "stop",
        "switch-due",
        "wake",
      ]
    `);
  });
});
