import { hostname } from "node:os";
import type { AppName, InstanceId } from "../../heroku/names.ts";
import type { AppLabel, Owner } from "../app-label.ts";

/** What a thing in the engine is. */
export type Kind = "dyno" | "build" | "slug" | "cache" | "quota" | "network";
export type Labels = Readonly<Record<string, string>>;

/** The process that makes things. */
export type Maker = Pick<Owner, "pid" | "started">;

/** On everything that is made; its value is the app's instance. design.md 2 */
export const MARK = "dynosim";

/** For what outlives the process that made it: images and caches. */
export function lastingLabels(app: AppLabel, kind: Kind): Labels {
  return { [MARK]: app.instance, [`${MARK}.app`]: app.app, [`${MARK}.kind`]: kind };
}

/** For what goes when its process goes: the sweep looks for these. */
export function passingLabels(app: AppLabel, kind: Kind, maker: Maker): Labels {
  return { ...lastingLabels(app, kind), ...makerLabels(maker) };
}

export function makerLabels(maker: Maker): Labels {
  return {
    [`${MARK}.pid`]: String(maker.pid),
    [`${MARK}.started`]: maker.started,
    // A pid says nothing about a process of another machine that shares this engine.
    [`${MARK}.host`]: hostname(),
  };
}

/** Whose it is; undefined for what is not ours, lasts, or belongs to another machine. */
export function ownerOf(labels: Labels | null | undefined): Owner | undefined {
  const at = (name: string): string | undefined => labels?.[`${MARK}${name}`];
  const pid = Number(at(".pid"));
  const instance = at("");
  const started = at(".started");
  if (instance === undefined || started === undefined || !(pid > 0) || at(".host") !== hostname())
    return undefined;
  return { instance: instance as InstanceId, app: (at(".app") ?? "") as AppName, pid, started };
}

/** For the engine's list calls: everything of one app. */
export function ofApp(app: AppLabel): { label: string[] } {
  return { label: [`${MARK}=${app.instance}`] };
}

/** The instance, short enough for names. */
export function shortInstance(app: AppLabel): string {
  return app.instance.replaceAll("-", "").slice(0, 8);
}
