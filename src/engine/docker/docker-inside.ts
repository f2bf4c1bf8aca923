import { randomUUID } from "node:crypto";
import type { Duplex, Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type Docker from "dockerode";
import { sleep, type Clock } from "../../kernel/clock.ts";
import { millis, type Millis } from "../../kernel/units.ts";
import { BASE_PATH, RUNNER } from "../dyno-runner.ts";
import type { LaunchSpec } from "../engine.ts";
import type { ExecSpec, Inside, OutputChunk } from "../launched.ts";
import { DYNO_USER } from "./container-spec.ts";
import { followed, Frames, Unframed } from "./frames.ts";

/** By this variable the processes of one session are found again: the engine signals containers only. */
const MARK = "DYNOSIM_EXEC";
/** Builtins only: it has to work in a dyno that is at its process limit. */
const HANG_UP = String.raw`cd /proc && for p in [0-9]*; do
  while IFS= read -rd '' v; do
    [ "$v" = "$1" ] && kill -HUP "$p" && break
  done <"$p/environ"
done 2>/dev/null`;
/** The stream may end some milliseconds before the engine knows the status. */
const ASK_AGAIN: Millis = millis(20);
const ASKED = 100;
const SIGKILLED = 137;

/** The engine hands the container's variables on to an exec; config vars do not belong there, so they are taken away. */
export async function execInside(
  container: Docker.Container,
  clock: Clock,
  dyno: LaunchSpec,
  spec: ExecSpec,
): Promise<DockerInside> {
  const terminal = spec.attach.kind === "terminal";
  const mark = `${MARK}=${randomUUID()}`;
  const exec = await container.exec({
    Cmd: [
      "/usr/bin/env",
      "-i",
      ...environment(dyno, spec),
      mark,
      "/bin/bash",
      "-p",
      "-c",
      RUNNER,
      "dyno",
      spec.command,
    ],
    User: DYNO_USER,
    WorkingDir: "/app",
    Tty: terminal,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true, Tty: terminal });
  const inside = new DockerInside({ container, exec, stream, clock, mark, terminal });
  if (spec.attach.kind === "terminal") await inside.resize(spec.attach.columns, spec.attach.rows);
  return inside;
}

function environment(dyno: LaunchSpec, { attach }: ExecSpec): string[] {
  const variables = {
    HOME: "/app",
    PATH: BASE_PATH,
    DYNO: dyno.dyno,
    ...(dyno.port === undefined ? {} : { PORT: String(dyno.port) }),
    ...(attach.kind === "terminal" ? { TERM: attach.term } : {}),
  };
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}

interface Parts {
  readonly container: Docker.Container;
  readonly exec: Docker.Exec;
  readonly stream: Duplex;
  readonly clock: Clock;
  readonly mark: string;
  readonly terminal: boolean;
}

/** A process that the engine has put into a dyno's container. */
export class DockerInside implements Inside {
  readonly output: AsyncIterable<OutputChunk>;
  readonly exit: Promise<number>;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.stream.on("error", () => {});
    const output = followed(parts.stream, parts.terminal ? new Unframed() : new Frames());
    this.output = output;
    this.exit = this.#end(output);
  }

  write(chunk: Uint8Array): void {
    if (this.#parts.stream.writable) this.#parts.stream.write(chunk);
  }

  endInput(): void {
    this.#parts.stream.end();
  }

  async resize(columns: number, rows: number): Promise<void> {
    if (!this.#parts.terminal) return;
    try {
      await this.#parts.exec.resize({ w: columns, h: rows });
    } catch {
      return; // it has ended, or not yet begun: the next change of the window tells again
    }
  }

  async hangUp(): Promise<void> {
    const { container, mark } = this.#parts;
    try {
      const exec = await container.exec({
        Cmd: ["/bin/bash", "-p", "-c", HANG_UP, "hang-up", mark],
        User: DYNO_USER,
      });
      await exec.start({ Detach: true });
    } catch {
      return; // the dyno is gone, and the process with it
    }
  }

  async #end(output: Readable): Promise<number> {
    await finished(output).catch(() => {});
    for (let asked = 0; asked < ASKED; asked += 1) {
      try {
        const { Running, ExitCode } = await this.#parts.exec.inspect();
        if (!Running) return ExitCode ?? SIGKILLED;
      } catch {
        return SIGKILLED; // the container went, and the engine forgot what was in it
      }
      await sleep(this.#parts.clock, ASK_AGAIN);
    }
    return SIGKILLED;
  }
}
