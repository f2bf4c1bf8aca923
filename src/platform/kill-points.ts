import { readFileSync, writeFileSync } from "node:fs";
import type { Engine } from "../engine/engine.ts";
import type { Emit, PlatformEvent } from "../heroku/events.ts";
import type { Backends } from "../router/backends.ts";

/**
 * Named places in the life of an app where a test ends dynosim with SIGKILL, to hold it to its promise: a kill at any
 * moment loses nothing that was acknowledged, and the next start leaves nothing behind. None of them is in the code that
 * it is about; all are seen from the composition root: in calls to the engine, in events, in saves and in leases.
 */
export const KILL_POINTS: Readonly<Record<string, Sight>> = {
  "build.opening": call("openBuild", "before"),
  "build.opened": call("openBuild", "after"),
  "build.baking": call("bake", "before"),
  "build.baked": call("bake", "after"),
  "commit.drafted": { seen: "save", when: "drafted" },
  "commit.saved": { seen: "save", when: "saved" },
  "release.told": api(/^Deploy /),
  "release-phase.up": event((it) => isUp(it) && it.dyno.startsWith("release.")),
  "release.done": api(/^Release v\d+ created /),
  "network.made": call("openApp", "after"),
  "start.launching": call("launch", "before"),
  "start.launched": call("launch", "after"),
  "boot.waiting": event((it) => it.kind === "starting-process" && it.dyno.startsWith("web.")),
  "boot.up": event((it) => isUp(it) && it.dyno.startsWith("web.")),
  "request.in-flight": { seen: "lease" },
  "request.done": event((it) => it.kind === "request"),
  "idle.begun": event((it) => it.kind === "idling"),
  "idle.spare": call("prepare", "after"),
  "wake.begun": event((it) => it.kind === "unidling"),
  "scale.told": api(/^Scaled to /),
  "config.told": api(/^Set /),
  "cycle.begun": event((it) => it.kind === "cycling"),
  "crash.told": event((it) => it.kind === "state-changed" && it.to === "crashed"),
  "one-off.up": event((it) => isUp(it) && it.dyno.startsWith("run.")),
  "stop.exited": event((it) => it.kind === "process-exited"),
  "stop.closing": call("closeApp", "before"),
  "stop.closed": call("closeApp", "after"),
  "clean.discarding": call("discard", "before"),
};

/** Where a point is seen. */
type Sight =
  | { readonly seen: "call"; readonly call: keyof Engine; readonly when: "before" | "after" }
  | { readonly seen: "event"; readonly matches: (event: PlatformEvent) => boolean }
  | { readonly seen: "save"; readonly when: "drafted" | "saved" }
  | { readonly seen: "lease" };

type SaveStep = Extract<Sight, { seen: "save" }>["when"];

/** What the composition root puts between the parts. Without a kill file it changes nothing and costs nothing. */
export interface KillSwitch {
  readonly engine: <E extends Engine>(engine: E) => E;
  readonly emit: (emit: Emit) => Emit;
  readonly backends: (backends: Backends) => Backends;
  readonly saving: (step: SaveStep) => void;
}

const NONE: KillSwitch = {
  engine: (engine) => engine,
  emit: (emit) => emit,
  backends: (backends) => backends,
  saving: () => {},
};

/**
 * For tests only. `DYNOSIM_KILL_FILE` names a file that holds the point at which to end; it is read anew at each point, so
 * that a test can arm one that runs, and says `reached` when it has.
 */
export function killSwitch(environment: Readonly<Record<string, string | undefined>>): KillSwitch {
  const file = environment["DYNOSIM_KILL_FILE"];
  if (file === undefined) return NONE;
  const passed = (isHere: (sight: Sight) => boolean): void => {
    const point = readFileSync(file, "utf8").trim();
    const sight = Object.hasOwn(KILL_POINTS, point) ? KILL_POINTS[point] : undefined;
    if (sight === undefined || !isHere(sight)) return;
    writeFileSync(file, `reached ${point}`);
    process.kill(process.pid, "SIGKILL");
  };
  return {
    engine: (engine) =>
      watched(engine, (name, when) =>
        passed((sight) => sight.seen === "call" && sight.call === name && sight.when === when),
      ),
    emit: (emit) => (event) => {
      emit(event);
      passed((sight) => sight.seen === "event" && sight.matches(event));
    },
    backends: (backends) =>
      watched(backends, (name, when) =>
        passed((sight) => sight.seen === "lease" && name === "checkout" && when === "after"),
      ),
    saving: (step) => passed((sight) => sight.seen === "save" && sight.when === step),
  };
}

/** The same object, whose methods are told of before they begin and after what they promise has come. */
function watched<T extends object>(target: T, tell: (name: string, when: "before" | "after") => void): T {
  return new Proxy(target, {
    get(of, name) {
      const value: unknown = Reflect.get(of, name, of);
      if (typeof value !== "function") return value;
      return (...args: readonly unknown[]) => {
        tell(String(name), "before");
        const result: unknown = Reflect.apply(value, of, args);
        const tellAfter = (): void => tell(String(name), "after");
        // a failure is its caller's
        if (result instanceof Promise) result.then(tellAfter, () => {});
        else tellAfter();
        return result;
      };
    },
  });
}

function call(name: keyof Engine, when: "before" | "after"): Extract<Sight, { seen: "call" }> {
  return { seen: "call", call: name, when };
}

function event(matches: (event: PlatformEvent) => boolean): Extract<Sight, { seen: "event" }> {
  return { seen: "event", matches };
}

function api(text: RegExp): Extract<Sight, { seen: "event" }> {
  return event((it) => it.kind === "api" && text.test(it.text));
}

function isUp(it: PlatformEvent): it is Extract<PlatformEvent, { kind: "state-changed" }> {
  return it.kind === "state-changed" && it.to === "up";
}
