import { readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { State } from "../../src/platform/state.ts";
import { Project, RunningApp } from "../journey/rig.ts";
import { firstOk, freePort } from "./first-answer.ts";

/** An `up` whose router has given its first 200. */
export interface Served extends AsyncDisposable {
  readonly url: string;
  readonly app: RunningApp;
  /** From the start of the command to the first 200. */
  readonly milliseconds: number;
}

/** `dynosim up`, timed from outside: from the start of its process to the first 200. */
export async function serve(project: Project, ...args: string[]): Promise<Served> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const over = new AbortController();
  const begun = performance.now();
  const app = new RunningApp(project, project.spawn(["up", "--port", String(port), ...args]));
  app.ready.catch(() => over.abort(new Error(`up ended\n${app.stdout}\n${app.stderr}`)));
  // before that nobody answers, and hundreds of lines of refused requests would be part of what is measured
  await Promise.race([app.logged("Starting process with command"), app.ready]);
  await firstOk(url, over.signal);
  const milliseconds = performance.now() - begun;
  await app.ready;
  return { url, app, milliseconds, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

/** The image of the release in force. */
export function releaseImage({ folder }: Project): string {
  const state = JSON.parse(readFileSync(join(folder, ".dynosim/state.json"), "utf8")) as State;
  const image = state.releases.findLast(({ slug }) => slug !== undefined)?.slug?.image;
  if (image === undefined) throw new Error(`${folder} has no release with a slug`);
  return image;
}

export const ROOT: string = join(import.meta.dirname, "../..");

/** What is measured is what users get: the built program. */
export async function buildProduct(): Promise<void> {
  await execa("npm", ["run", "--silent", "build"], { cwd: ROOT, stdout: "ignore", stderr: "inherit" });
}
