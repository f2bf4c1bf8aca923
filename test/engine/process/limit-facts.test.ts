import { describe, expect, it } from "vitest";
import type { How } from "../../../src/engine/limit-fact.ts";
import { limitFacts as containerFacts } from "../../../src/engine/docker/limit-facts.ts";
import { limitFacts, type LimitGrounds } from "../../../src/engine/process/limit-facts.ts";

const NONE: LimitGrounds["confinement"] = {
  isShut: false,
  overlays: false,
  limitsProcesses: false,
  refusesLowPorts: false,
};
const BEST: LimitGrounds["confinement"] = {
  isShut: true,
  overlays: true,
  limitsProcesses: true,
  refusesLowPorts: true,
};

function those(confinement: LimitGrounds["confinement"], how: How): readonly string[] {
  return limitFacts({ confinement })
    .filter((fact) => fact.how === how)
    .map(({ limit }) => limit);
}

describe("limits of host processes", () => {
  it.each<[How, readonly string[]]>([
    ["enforced", ["open-files", "fresh-files"]],
    ["partly", ["cores", "python"]],
    ["sampled", ["memory-quota", "memory-kill", "processes"]],
    [
      "absent",
      [
        "kernel-memory-cap",
        "cpu-share",
        "other-files",
        "app-folder",
        "private-tmp",
        "process-tree",
        "network",
        "low-ports",
        "stack",
        "user",
      ],
    ],
  ])("not shut in at all: %s", (how, limits) => {
    expect(those(NONE, how)).toEqual(limits);
  });

  it("shut in as well as can be: some are still absent", () => {
    expect(those(BEST, "sampled")).toEqual(["memory-quota", "memory-kill"]);
    expect(those(BEST, "absent")).toEqual(["kernel-memory-cap", "cpu-share", "network", "stack", "user"]);
  });

  it.each([
    ["isShut", ["other-files", "app-folder", "private-tmp", "process-tree"]],
    ["limitsProcesses", ["processes"]],
    ["refusesLowPorts", ["low-ports"]],
  ] as const)("%s alone makes its own enforced", (ground, gained) => {
    const with_ = those({ ...NONE, [ground]: true }, "enforced");
    expect(with_.filter((limit) => !those(NONE, "enforced").includes(limit))).toEqual(gained);
  });

  it.each([
    [true, "each life: a new layer over the slug"],
    [false, "each life: a new copy of the slug"],
  ])("overlays %s: %s", (overlays, detail) => {
    const facts = limitFacts({ confinement: { ...BEST, overlays } });
    expect(facts.find(({ limit }) => limit === "fresh-files")?.detail).toBe(detail);
  });

  it.each([NONE, BEST])("are said within 80 columns", (confinement) => {
    for (const { limit, detail } of limitFacts({ confinement }))
      expect(`  enforced  ${limit.padEnd("kernel-memory-cap".length)}  ${detail}`.length).toBeLessThanOrEqual(
        80,
      );
  });

  it("are the same ones, in the same order, as those of containers", () => {
    const containers = containerFacts({
      limitsMemory: true,
      limitsProcesses: true,
      capsCpu: true,
      filtersBridges: true,
      isPodman: false,
      isRootless: false,
      cgroup: "2",
    });
    expect(limitFacts({ confinement: NONE }).map(({ limit }) => limit)).toEqual(
      containers.map(({ limit }) => limit),
    );
  });
});
