import { rotatingSlice } from "../rotating-slice.ts";

/** Files of this folder that run on both engines, the same file on each. Containers run all there are. */
export const ON_PROCESSES: Readonly<Record<string, "always" | "in turn">> = {
  clock: "always",
  exec: "always",
  files: "always",
  formation: "always",
  hours: "always",
  "kill-points": "always",
  "log-lines": "always",
  memory: "always",
  release: "always",
  sleep: "always",
  stop: "always",
  trouble: "always",
  watch: "always",
  django: "in turn",
  express: "in turn",
  routing: "in turn",
  source: "in turn",
  testing: "in turn",
};

/** The others, and why not. */
export const CONTAINERS_ONLY: Readonly<Record<string, string>> = {
  apt: "installs packages of the stack's distribution, and the stack is absent",
  buildpacks: "brings stack images of its own and reads slugs' images",
  clients: "is about the router, which knows of no engine",
  demo: "is without an engine by itself",
  engine: "is about an engine that goes away and comes back; this machine does not",
  httpbin: "is about the router, which knows of no engine",
  minors: "is about Python as the stack images have it, and nothing else of Python beside it",
  packages: "looks into images and containers for what no build may keep",
  "real-programs": "takes wheels and libraries of the stack, which is absent",
  setup: "is about the set-up of a container engine",
};

/** How many files more are run each day, others each day; `npm run test:all` runs all. */
const IN_TURN = 2;

/** Whatever `none` does otherwise is in these: how processes are found and ended, what /app is, what a life leaves. */
const UNCONFINED = ["stop", "sleep", "formation"];
/** Its spy reads all files that it can see, which without a confinement are the machine's. */
const CONFINED_ONLY = ["source"];

export function filesOnProcesses(): readonly string[] {
  return [...named("always"), ...rotatingSlice(named("in turn"), IN_TURN)].map(pathOf);
}

/** Those that are run without a confinement as well. */
export function filesUnconfined(): readonly string[] {
  const others = Object.keys(ON_PROCESSES).filter(
    (name) => !UNCONFINED.includes(name) && !CONFINED_ONLY.includes(name),
  );
  return [...UNCONFINED, ...rotatingSlice(others, IN_TURN)].map(pathOf);
}

function named(when: "always" | "in turn"): readonly string[] {
  return Object.keys(ON_PROCESSES).filter((name) => ON_PROCESSES[name] === when);
}

function pathOf(name: string): string {
  return `test/journey/${name}.test.ts`;
}
