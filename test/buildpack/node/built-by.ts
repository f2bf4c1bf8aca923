import { NodeRig, type NodeScript } from "./rig.ts";
import type { Files, Outcome } from "../rig.ts";

/** By which lockfile the manager is chosen. */
export type Lock = "npm" | "shrinkwrap" | "yarn1" | "yarn" | "pnpm" | "none";

/** Lockfiles, as far as the buildpack looks at them. */
const LOCKS: Readonly<Record<Lock, Files>> = {
  npm: { "package-lock.json": "{}" },
  shrinkwrap: { "npm-shrinkwrap.json": "{}" },
  yarn1: { "yarn.lock": "# yarn lockfile v1\n" },
  yarn: { "yarn.lock": "__metadata:\n  version: 8\n" },
  pnpm: { "pnpm-lock.yaml": "lockfileVersion: '9.0'\n" },
  none: {},
};

/** What package.json says of the manager, so that its version is not left to chance. */
const DECLARED: Readonly<Record<Lock, Readonly<Record<string, unknown>>>> = {
  npm: {},
  shrinkwrap: {},
  yarn1: {},
  yarn: { packageManager: "yarn@4.9.1" },
  pnpm: { packageManager: "pnpm@10.18.0" },
  none: {},
};

export interface Case extends Omit<NodeScript, "packageJson"> {
  readonly scripts?: Readonly<Record<string, string>>;
  /** What tools shall do, by verb; see NodeRig.teach. */
  readonly teach?: Readonly<Record<string, string>>;
  /** More of package.json. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** The script of a build by this manager. */
export function app(lock: Lock, { scripts, fields, files, ...rest }: Case = {}): NodeScript {
  return {
    ...rest,
    packageJson: { name: "app", ...DECLARED[lock], ...(scripts && { scripts }), ...fields },
    files: { "server.js": "", ...LOCKS[lock], ...files },
  };
}

export interface Built extends Outcome {
  /** How the managers were called to build the app, after they were installed themselves. */
  readonly calls: readonly string[];
  readonly rig: NodeRig;
}

/** One build in a rig of its own. */
export async function build(lock: Lock, { teach, ...of }: Case = {}): Promise<Built & AsyncDisposable> {
  const rig = await NodeRig.open();
  for (const [verb, script] of Object.entries(teach ?? {})) await rig.teach(verb, script);
  const outcome = await rig.compile(app(lock, of));
  return {
    ...outcome,
    calls: (await rig.calls()).filter((call) => !/^npm (view|install .*--global) ?/.test(call)),
    rig,
    [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
  };
}

/** The lines that stand under a step, without the blank ones; undefined if there is no such step. */
export function under(output: string, step: string): readonly string[] | undefined {
  const steps = output.split("\n-----> ").map((text) => text.split("\n"));
  const found = steps.find(([name]) => name === step);
  return found?.slice(1).filter((line) => line.trim() !== "");
}

/** The names of the steps, in order. */
export function steps(output: string): readonly string[] {
  return output.split("\n").flatMap((line) => (line.startsWith("-----> ") ? [line.slice(7)] : []));
}
