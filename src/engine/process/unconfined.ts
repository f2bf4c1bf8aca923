import type { Confinement } from "./confinement.ts";

/** Nothing shuts them in: the command as it is. */
export function unconfined(found: Pick<Confinement, "refusesLowPorts" | "reason">): Confinement {
  return {
    kind: "none",
    isShut: false,
    overlays: false,
    limitsProcesses: false,
    ...found,
    shutIn: (argv) => argv,
    join: (argv) => argv,
    initOf: () => undefined,
  };
}
