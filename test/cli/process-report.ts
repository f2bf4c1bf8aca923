import { limitFacts } from "../../src/engine/process/limit-facts.ts";
import type { EngineReport } from "../../src/platform/platform.ts";

/** Of a machine without containers, on which nothing can be shut in. */
export const PROCESSES: EngineReport = {
  choice: "auto",
  passedOver:
    "No container engine answers: dynos are processes of this machine (--engine docker refuses that).",
  product: "processes of this machine",
  version: "Linux 6.18.0",
  architecture: "x64",
  limits: limitFacts({
    confinement: { isShut: false, overlays: false, limitsProcesses: false, refusesLowPorts: false },
  }),
  means: {
    kind: "processes",
    confinement: "none",
    reason: "user namespaces are forbidden here",
    processTable: "proc",
    folder: "/tmp/dynosim-1000",
  },
};
