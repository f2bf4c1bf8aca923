import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { Terminal } from "./terminal.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const BIN = join(ROOT, "bin/dynosim.js");
const COMMAND_PATIENCE = 300_000;

export interface Outcome {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own outside the repository: a copy of an example, or files given in the test. */
export class Project implements AsyncDisposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), "dynosim-journey-"));
  readonly state: string = mkdtempSync(join(tmpdir(), "dynosim-state-"));
  readonly #children: ChildProcess[] = [];
  #environment: Record<string, string> = {};

  static example(name: string): Project {
    return Project.copyOf(join("examples", name));
  }

  /** Of a folder of this repository. */
  static copyOf(path: string): Project {
    const project = new Project();
    cpSync(join(ROOT, path), project.folder, {
      recursive: true,
      filter: (source) => !source.includes(".dynosim"),
    });
    return project;
  }

  static of(files: Readonly<Record<string, string>>): Project {
    return new Project().write(files);
  }

  write(files: Readonly<Record<string, string>>): this {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.folder, name), text);
    return this;
  }

  /** For every command that follows; limits can be shortened so. */
  environment(values: Readonly<Record<string, string>>): this {
    Object.assign(this.#environment, values);
    return this;
  }

  /** The core suite has the images of one Python minor; an app that names none would want those of the default. */
  async keepTo(minor: string): Promise<void> {
    await this.dynosim("config:set", "KEPT=1");
    const file = join(this.folder, ".dynosim/state.json");
    const state = JSON.parse(readFileSync(file, "utf8")) as object;
    writeFileSync(file, JSON.stringify({ ...state, stickyPython: minor }));
  }

  async commit(message = "all"): Promise<void> {
    const git = execa({ cwd: this.folder });
    await git`git init -q -b main`;
    await git`git add -A`;
    await git`git -c user.name=t -c user.email=founder@example.com commit -q -m ${message}`;
  }

  /** What its things in the engine are known by; there is one as soon as a command has made the state. */
  get instance(): string {
    const state = readFileSync(join(this.folder, ".dynosim/state.json"), "utf8");
    return (JSON.parse(state) as { readonly instance: string }).instance;
  }

  spawn(args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: this.folder,
      env: { ...process.env, ...this.variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#children.push(child);
    return child;
  }

  /** Runs `dynosim` with these arguments to its end. */
  async dynosim(...args: string[]): Promise<Outcome> {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [BIN, ...args], {
      cwd: this.folder,
      env: this.variables,
      reject: false,
      stdin: "ignore",
      timeout: COMMAND_PATIENCE,
    });
    return { exitCode, stdout, stderr };
  }

  /** `dynosim` with these arguments on a terminal. */
  terminal(...args: string[]): Terminal {
    return new Terminal(this.folder, this.variables, ...args);
  }

  /** Asks the control API of the app that is up, as its own client would. */
  async ask(method: string, path: string, body: unknown): Promise<unknown> {
    const read = (name: string): string => readFileSync(join(this.folder, ".dynosim", name), "utf8");
    const { controlUrl } = JSON.parse(read("run.json")) as { controlUrl: string };
    const answer = await fetch(new URL(path, controlUrl), {
      method,
      headers: { Authorization: `Bearer ${read("token").trim()}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return answer.json();
  }

  /** `dynosim up`, until its `Ready` line. */
  async up(...args: string[]): Promise<RunningApp> {
    const app = new RunningApp(this, this.spawn(["up", "--port", "0", ...args]));
    await app.ready;
    return app;
  }

  /** What is set for each command. */
  get variables(): Record<string, string> {
    return { ...this.#environment, XDG_STATE_HOME: this.state, NO_COLOR: "1" };
  }

  /** A test that failed in its middle leaves no `up` behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    const left = this.#children.filter((child) => child.exitCode === null && child.signalCode === null);
    await Promise.all(
      left.map((child) => {
        const gone = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGTERM");
        return gone;
      }),
    );
    await this.dynosim("clean");
    rmSync(this.folder, { recursive: true, force: true });
    rmSync(this.state, { recursive: true, force: true });
  }
}

/** An `up` that runs, its output so far, and ways to ask it. */
export class RunningApp implements AsyncDisposable {
  readonly process: ChildProcess;
  readonly ready: Promise<void>;
  readonly ended: Promise<Outcome>;
  readonly #project: Project;
  readonly #watchers = new Set<() => void>();
  stdout = "";
  stderr = "";
  #over = false;

  constructor(project: Project, process: ChildProcess) {
    this.#project = project;
    this.process = process;
    process.stdout?.on("data", (text) => this.#grow("stdout", String(text)));
    process.stderr?.on("data", (text) => this.#grow("stderr", String(text)));
    this.ended = new Promise((resolve) => {
      process.once("close", (exitCode) => {
        this.#over = true;
        for (const watcher of this.#watchers) watcher();
        resolve({ exitCode: exitCode ?? undefined, stdout: this.stdout, stderr: this.stderr });
      });
    });
    this.ready = this.#until("Ready.", () => /^Ready\. /m.test(this.stdout));
  }

  get url(): string {
    return /^Ready\. (http:\/\/localhost:\d+)/m.exec(this.stdout)?.[1] ?? "";
  }

  /** The log so far: `heroku[web.1]: Idling`, without time stamps. */
  get log(): string[] {
    return this.stdout
      .split("\n")
      .filter((line) => /^\d{4}-\d\d-\d\dT[\d:.]+\+00:00 /.test(line))
      .map((line) => line.slice(line.indexOf(" ") + 1));
  }

  /** Log lines of one process of the platform: `Idling`. */
  platformLog(process: string): string[] {
    const prefix = `heroku[${process}]: `;
    return this.log.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length));
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(new URL(path, this.url), init);
  }

  dynosim(...args: string[]): Promise<Outcome> {
    return this.#project.dynosim(...args);
  }

  /** Resolves when the log has a line that matches, after the first `from` lines; gives the line. */
  async logged(pattern: RegExp | string, from = 0): Promise<string> {
    const find = (): string | undefined =>
      this.log
        .slice(from)
        .find((line) => (typeof pattern === "string" ? line.includes(pattern) : pattern.test(line)));
    await this.#until(String(pattern), () => find() !== undefined);
    return find() ?? "";
  }

  async noticed(pattern: RegExp): Promise<void> {
    await this.#until(String(pattern), () => pattern.test(this.stderr));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#over) this.process.kill("SIGTERM");
    await this.ended;
  }

  #grow(stream: "stdout" | "stderr", text: string): void {
    this[stream] += text;
    for (const watcher of this.#watchers) watcher();
  }

  #until(what: string, condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (condition()) resolve();
        else if (this.#over) reject(new Error(`up ended before ${what}\n${this.stdout}\n${this.stderr}`));
        else return;
        this.#watchers.delete(look);
      };
      this.#watchers.add(look);
      look();
    });
  }
}

/** Beside the folder in which the process engine keeps its own. */
export function temporaryFiles(): string[] {
  return readdirSync(tmpdir()).filter(
    (name) => name.startsWith("dynosim-") && !/^dynosim-(journey-|state-|\d+$)/.test(name),
  );
}
