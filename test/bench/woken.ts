import { setTimeout as pause } from "node:timers/promises";
import type { Project } from "../journey/rig.ts";
import { timeToFirstByte } from "./first-answer.ts";

/** Nobody's app is woken in the second in which what was left of its last life is being removed. */
const SLEEP = 2000;

/** Sends an app that is up to sleep; milliseconds from the request that wakes it to the first byte of its answer. */
export async function woken(project: Project, url: string): Promise<number> {
  const { exitCode, stderr } = await project.dynosim("idle");
  if (exitCode !== 0) throw new Error(stderr);
  await pause(SLEEP);
  return timeToFirstByte(url);
}
