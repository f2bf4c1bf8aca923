import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { HostPythons } from "../../src/engine/process/host-pythons.ts";
import { firstOk, freePort } from "./first-answer.ts";

/** A venv with an app's requirements and honcho. */
export interface Venv extends AsyncDisposable {
  /** Its `bin`. */
  readonly bin: string;
}

/** Of this machine's Python of that minor, as the engine finds it. */
export async function readyVenv(minor: string, project: string): Promise<Venv> {
  const folder = mkdtempSync(join(tmpdir(), "dynosim-bench-venv-"));
  const bin = join(folder, "bin");
  const python = new HostPythons(process.env, join(folder, "found.json")).find(minor);
  if (python === undefined) throw new Error(`this machine has no Python ${minor}`);
  await execa(python.executable, ["-m", "venv", folder]);
  const requirements = join(project, "requirements.txt");
  await execa(join(bin, "python"), ["-m", "pip", "install", "-q", "honcho", "-r", requirements]);
  return {
    bin,
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface Started extends AsyncDisposable {
  /** From the start of the command to the first 200. */
  readonly milliseconds: number;
}

export async function honchoStart(project: string, { bin }: Venv): Promise<Started> {
  return started(join(bin, "honcho"), ["start"], project, bin);
}

/** The Procfile's command alone, in bash, and nothing else. */
export async function bareStart(project: string, command: string, { bin }: Venv): Promise<Started> {
  return started("bash", ["-c", `exec ${command}`], project, bin);
}

async function started(program: string, args: string[], cwd: string, bin: string): Promise<Started> {
  const port = await freePort();
  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"]}`, PORT: String(port), DYNO: "web.1" };
  const begun = performance.now();
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.resume();
  child.stderr.resume();
  const over = new AbortController();
  child.once("exit", (status) => over.abort(new Error(`${program} ended with ${status}`)));
  await firstOk(`http://127.0.0.1:${port}/`, over.signal);
  const milliseconds = performance.now() - begun;
  return { milliseconds, [Symbol.asyncDispose]: () => stopped(child) };
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  await gone;
}
