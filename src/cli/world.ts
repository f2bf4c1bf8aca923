import type { ReadStream } from "node:tty";
import { stripVTControlCharacters } from "node:util";
import type { Clock } from "../kernel/clock.ts";
import type { Result } from "../kernel/result.ts";
import type { PlatformFailure } from "../platform/failure.ts";
import type { EngineChoice, Enforcement, Platform } from "../platform/platform.ts";

/** What the command line touches of the machine; handed in once, so that tests hand in another. */
export interface World {
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly clock: Clock;
  readonly openPlatform: OpenPlatform;
}

export type Input = NodeJS.ReadStream | ReadStream;
export type Output = NodeJS.WriteStream;

export interface PlatformOptions {
  readonly folder: string;
  readonly name?: string;
  readonly mode: "up" | "offline";
  readonly port?: number | undefined;
  readonly engine?: EngineChoice | undefined;
  readonly era?: "now" | "legacy";
  readonly dynoType?: string;
  /** Facts of the era to be set by themselves; with `undefined`, to be as the era has them again. */
  readonly switches?: Readonly<Record<string, boolean | undefined>>;
  readonly enforcement?: Partial<Enforcement>;
  readonly forwardedProto?: "http" | "https";
  readonly clock?: "running" | "paused" | "real";
  readonly environment: NodeJS.ProcessEnv;
  readonly onNotice: (line: string) => void;
}

export type OpenPlatform = (options: PlatformOptions) => Promise<Result<Platform, PlatformFailure>>;

/** Colour only where somebody looks and has not asked for none. design.md 5 */
export function hasColour(world: World, stream: Output): boolean {
  const { NO_COLOR, TERM } = world.environment;
  return stream.isTTY && (NO_COLOR === undefined || NO_COLOR === "") && TERM !== "dumb";
}

export function print(world: World, line = ""): void {
  write(world, world.stdout, line);
}

export function tell(world: World, line = ""): void {
  write(world, world.stderr, line);
}

/** Buildpacks colour their output whoever reads it. */
export function printable(world: World, stream: Output, line: string): string {
  return !CONTROL.test(line) || hasColour(world, stream) ? line : stripVTControlCharacters(line);
}

/** Looked for first: most lines have none, and the other pattern takes two microseconds to find that out. */
// oxlint-disable-next-line no-control-regex -- those are what is looked for
const CONTROL = /[\u001B\u009B]/;

function write(world: World, stream: Output, line: string): void {
  stream.write(`${printable(world, stream, line)}\n`);
}

export function printJson(world: World, value: unknown): void {
  print(world, JSON.stringify(value, undefined, 2));
}
