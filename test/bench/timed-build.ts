import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Project } from "../journey/rig.ts";

interface TimedLine {
  readonly text: string;
  /** Milliseconds since the start of the command. */
  readonly at: number;
}

export interface TimedBuild {
  /** From the start of the process to its end. */
  readonly milliseconds: number;
  readonly lines: readonly TimedLine[];
}

/** `dynosim build`, timed from outside. */
export async function timedBuild(project: Project): Promise<TimedBuild> {
  const begun = performance.now();
  const child = project.spawn(["build"]);
  const lines: TimedLine[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface(stream).on("line", (text) => lines.push({ text, at: performance.now() - begun }));
  }
  await once(child, "close");
  const milliseconds = performance.now() - begun;
  if (child.exitCode !== 0) throw new Error(lines.map(({ text }) => text).join("\n"));
  return { milliseconds, lines };
}

/** What the buildpack took: from the line that names the app's language to the last before the process types. */
export function ofBuildpack({ lines }: TimedBuild): number {
  const from = lines.findIndex(({ text }) => text.endsWith(" app detected"));
  const to = lines.findIndex(({ text }) => text.includes("Discovering process types"));
  const [first, last] = [lines[from], lines[to - 1]];
  if (first === undefined || last === undefined) throw new Error("nothing was compiled");
  return last.at - first.at;
}
