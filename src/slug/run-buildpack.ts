import type { BuildBox } from "../engine/build-box.ts";
import type { EngineFailure } from "../engine/failure.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { BuildLimit } from "./build-limit.ts";
import { lineSink } from "./build-output.ts";
import type { BuildRoom } from "./build-room.ts";
import type { SlugFailure } from "./failure.ts";

type Failure = SlugFailure | EngineFailure;

/** The programs of a buildpack, run as the dyno's user. heroku.md 6.2 */
export interface BuildpackRunner {
  /** Status and what it printed: the language, or why not. */
  detect(
    index: number,
  ): Promise<Result<{ readonly status: number; readonly output: readonly string[] }, Failure>>;
  /** Status; what earlier buildpacks wrote to `export` is sourced first. */
  compile(index: number, former: readonly number[]): Promise<Result<number, Failure>>;
  /** What `bin/report` printed of the build that has just ended, well or not; empty when there is none or it failed. */
  report(index: number): Promise<Result<string, Failure>>;
  /** Has the kernel ended a process of the box for memory? */
  ranOutOfMemory(): Promise<boolean>;
  /** Any other command in the build folder; undefined unless it ended with 0. */
  read(argv: Argv): Promise<Result<Buffer | undefined, Failure>>;
  /** The same of several, one after the other. `mark`: what none of them prints. */
  readAll(argvs: readonly Argv[], mark: string): Promise<Result<readonly (Buffer | undefined)[], Failure>>;
}

type Argv = readonly [string, ...string[]];

/** Its `bin/release`. */
export function releaseOf(room: BuildRoom, index: number): Argv {
  return [`${room.buildpackDirs[index]}/bin/release`, room.buildDir];
}

/** Its `bin/report`. */
export function reportOf(room: BuildRoom, index: number): Argv {
  return [`${room.buildpackDirs[index]}/bin/report`, room.buildDir, room.places.cache, room.envDir];
}

/** Sources the exports, whose number comes first, then becomes the command. */
const WITH_EXPORTS =
  'n=$1; shift; for ((; n > 0; n--)); do if [[ -f "$1" ]]; then . "$1"; fi; shift; done; exec "$@"';
/** Lines kept of what a detection says. */
const MOST_REASONS = 500;
/** Only standard output counts, and a box may give both as one. */
const OUTPUT_ONLY = 'exec "$@" 2>/dev/null';
/** The mark, then commands, the number of its words before each. After the output of each come the mark and its status. */
const OUTPUTS = `mark=$1; shift
while (($# > 0)); do "\${@:2:$1}" 2>/dev/null; printf '%s%d\\n' "$mark" "$?"; shift "$(($1 + 1))"; done`;

export function buildpackRunner(
  box: BuildBox,
  room: BuildRoom,
  env: Readonly<Record<string, string>>,
  limit: BuildLimit,
  onLine: (line: string) => void,
  drained: () => Promise<void> = async () => {},
): BuildpackRunner {
  const run = async (
    argv: readonly [string, ...string[]],
    onOutput: Parameters<BuildBox["run"]>[1]["onOutput"],
    alone = false,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Result<number, Failure>> => {
    const ran = await box.run(argv, {
      env: { ...env, ...more },
      cwd: room.buildDir,
      signal: limit.signal,
      alone,
      onOutput,
    });
    return limit.reached === undefined ? ran : fail(limit.reached);
  };
  const program = (index: number, name: string): string => `${room.buildpackDirs[index]}/bin/${name}`;
  const read: BuildpackRunner["read"] = async (argv) => {
    const chunks: Uint8Array[] = [];
    const ran = await run(["bash", "-p", "-c", OUTPUT_ONLY, "read", ...argv], ({ bytes }) =>
      chunks.push(bytes),
    );
    return ran.ok ? ok(ran.value === 0 ? Buffer.concat(chunks) : undefined) : ran;
  };
  return {
    detect: async (index) => {
      const output: string[] = [];
      const sink = lineSink((line) => void (output.length < MOST_REASONS && output.push(line)));
      const ran = await run([program(index, "detect"), room.buildDir], sink.onOutput, true);
      sink.end();
      return ran.ok ? ok({ status: ran.value, output }) : ran;
    },
    compile: async (index, former) => {
      const exports = former.map((earlier) => `${room.buildpackDirs[earlier]}/export`);
      const command = [program(index, "compile"), room.buildDir, room.places.cache, room.envDir] as const;
      const sink = lineSink(onLine);
      const ran = await run(
        ["bash", "-p", "-c", WITH_EXPORTS, "compile", String(exports.length), ...exports, ...command],
        (chunk) => {
          sink.onOutput(chunk);
          return untilAborted(drained, limit.signal);
        },
        true,
        { DYNOSIM_CONFIG_READ_FILE: room.configReadFiles[index] ?? "" },
      );
      sink.end();
      return ran;
    },
    report: async (index) => {
      const printed = await read(reportOf(room, index));
      return printed.ok ? ok(printed.value?.toString() ?? "") : printed;
    },
    ranOutOfMemory: () => box.ranOutOfMemory(),
    read,
    readAll: async (argvs, mark) => {
      const chunks: Uint8Array[] = [];
      const words = argvs.flatMap((argv) => [String(argv.length), ...argv]);
      const ran = await run(["bash", "-p", "-c", OUTPUTS, "read", mark, ...words], ({ bytes }) =>
        chunks.push(bytes),
      );
      return ran.ok ? ok(outputs(Buffer.concat(chunks), mark, argvs.length)) : ran;
    },
  };
}

function outputs(all: Buffer, mark: string, number: number): readonly (Buffer | undefined)[] {
  const found: (Buffer | undefined)[] = [];
  for (let from = 0; found.length < number;) {
    const end = all.indexOf(mark, from);
    if (end === -1) return [...found, ...Array<undefined>(number - found.length).fill(undefined)];
    const after = all.indexOf("\n", end);
    const status = all.toString("latin1", end + mark.length, after);
    found.push(status === "0" ? all.subarray(from, end) : undefined);
    from = after + 1;
  }
  return found;
}

/** Nobody may read on once a build is to end. */
function untilAborted(wait: () => Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      signal.removeEventListener("abort", end);
      resolve();
    };
    signal.addEventListener("abort", end);
    void wait().then(end);
  });
}
