import { describe, expect, it } from "vitest";
import type { EngineFailure } from "../../src/engine/failure.ts";
import { fail, ok, type Result } from "../../src/kernel/result.ts";
import {
  chooseEngine,
  engineChoice,
  passedOverNotice,
  type EngineChoice,
} from "../../src/platform/choose-engine.ts";
import { explain } from "../../src/platform/explain.ts";

const AWAY: EngineFailure = { kind: "engine-unreachable", tried: ["/var/run/docker.sock: no such socket"] };
const FULL: EngineFailure = { kind: "disk-full", reason: "no space left" };

describe("which engine is meant", () => {
  it.each([
    [undefined, undefined, "auto"],
    [undefined, "", "auto"],
    [undefined, "process", "process"],
    [undefined, "docker", "docker"],
    [undefined, "auto", "auto"],
    ["docker", "process", "docker"],
    ["auto", "nonsense", "auto"],
  ] as const)("--engine %s, DYNOSIM_ENGINE=%s: %s", (asked, DYNOSIM_ENGINE, choice) => {
    expect(engineChoice(asked, { DYNOSIM_ENGINE })).toEqual(ok(choice));
  });

  it("a setting that is none is refused with the words to choose from", () => {
    const chosen = engineChoice(undefined, { DYNOSIM_ENGINE: "podman" });
    expect(chosen).toEqual(fail({ kind: "bad-engine", text: "podman" }));
    expect(explain({ kind: "bad-engine", text: "podman" })).toEqual({
      title: 'DYNOSIM_ENGINE is "podman".',
      body: "It is docker, process or auto, which takes containers where an engine for them answers, and processes of this machine where none does.",
      next: "Correct it, or leave the choice to dynosim: unset DYNOSIM_ENGINE",
      exitCode: 2,
    });
  });
});

describe("which engine is taken", () => {
  type Answer = Result<string, EngineFailure>;
  const D = ok("docker");
  const P = ok("process");

  it.each<[EngineChoice, Answer, Answer, object, readonly string[]]>([
    ["auto", D, P, ok({ engine: "docker", passedOver: undefined }), ["docker"]],
    ["auto", fail(AWAY), P, ok({ engine: "process", passedOver: AWAY }), ["docker", "process"]],
    ["auto", fail(AWAY), fail(FULL), fail(FULL), ["docker", "process"]],
    ["docker", D, P, ok({ engine: "docker", passedOver: undefined }), ["docker"]],
    ["docker", fail(AWAY), P, fail(AWAY), ["docker"]],
    ["process", D, P, ok({ engine: "process", passedOver: undefined }), ["process"]],
    ["process", D, fail(FULL), fail(FULL), ["process"]],
  ])("%s, docker %j, process %j: %j, and asks %j", async (choice, docker, process, taken, asks) => {
    const asked: string[] = [];
    const chosen = await chooseEngine(choice, {
      docker: async () => (asked.push("docker"), docker),
      process: async () => (asked.push("process"), process),
    });
    expect(chosen).toEqual(taken);
    expect(asked).toEqual(asks);
  });

  it("why it is not Docker is told on one line", () => {
    expect(passedOverNotice(AWAY)).toBe(
      "No container engine answers: dynos are processes of this machine (--engine docker refuses that).",
    );
  });
});
