import { existsSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { ok, type Result } from "../kernel/result.ts";
import type { Millis } from "../kernel/units.ts";
import type { Explanation } from "../platform/failure.ts";
import type { EngineChoice, Enforcement, SourceChoice } from "../platform/platform.ts";
import { usage, type Call, type Options } from "./command.ts";
import { durationOption } from "./duration-option.ts";
import { engineOption } from "./engine-option.ts";
import { sourceOption } from "./source-option.ts";
import { stackImageOption, type StackImageOption } from "./stack-image-option.ts";
import { switchOption, type Switches } from "./switch-option.ts";

export interface UpOptions {
  readonly folder: string;
  readonly formation: "stored" | "all" | readonly string[];
  readonly detach: boolean;
  readonly watch: boolean;
  readonly wait: Millis | undefined;
  readonly port: number | undefined;
  /** Undefined: the usual one, or the next that is free. */
  readonly controlPort: number | undefined;
  readonly bind: string | undefined;
  readonly name: string | undefined;
  readonly envFile: string | undefined;
  readonly engine: EngineChoice | undefined;
  readonly source: SourceChoice;
  readonly strict: boolean;
  readonly offline: boolean;
  /** Instead of the app's; none: those. */
  readonly buildpacks: readonly string[];
  readonly stackImage: StackImageOption;
  readonly era: "now" | "legacy" | undefined;
  readonly switches: Switches;
  readonly dynoType: string | undefined;
  readonly enforcement: Partial<Enforcement>;
  readonly forwardedProto: "http" | "https" | undefined;
  readonly clock: "running" | "paused" | "real";
}

export function readUpOptions({ world, arguments: words, options }: Call): Result<UpOptions, Explanation> {
  const source = sourceOption(options);
  if (!source.ok) return source;
  if (options.flag("watch") && source.value.kind === "ref")
    return usage(
      "--watch and --ref contradict each other: a commit does not change.",
      "Leave out one of them.",
    );
  const wait = durationOption(options.text("wait"));
  if (!wait.ok) return wait;
  const port = portOption(options, "port");
  if (!port.ok) return port;
  const controlPort = portOption(options, "controlPort");
  if (!controlPort.ok) return controlPort;
  const bind = bindOption(options.text("bind"));
  if (!bind.ok) return bind;
  const stackImage = stackImageOption(options);
  if (!stackImage.ok) return stackImage;
  const engine = engineOption(options);
  if (!engine.ok) return engine;
  const era = choice(options, "era", ["now", "legacy"]);
  if (!era.ok) return era;
  const switches = switchOption(options);
  if (!switches.ok) return switches;
  const forwardedProto = choice(options, "forwardedProto", ["http", "https"], "forwarded-proto");
  if (!forwardedProto.ok) return forwardedProto;
  const memory = choice(options, "memory", ["heroku", "strict"]);
  if (!memory.ok) return memory;
  const cpu = choice(options, "cpu", ["machine", "dyno"]);
  if (!cpu.ok) return cpu;
  if (options.flag("paused") && options.flag("realTime"))
    return usage(
      "--paused and --real-time contradict each other.",
      "--real-time goes back to the machine's time; pause it afterwards with: dynosim clock pause",
    );
  const places = foldersAmong(words, world.cwd, options.text("dir"));
  if (places.folders.length > 1)
    return usage(
      `One folder at a time: ${places.folders.join(", ")}.`,
      "Start each app in a terminal of its own.",
    );
  if (places.types.length > 0 && options.flag("all"))
    return usage("--all starts every process type: name none.", "For example: dynosim up --all");
  return ok({
    folder: resolve(world.cwd, places.folders[0] ?? "."),
    formation: options.flag("all") ? "all" : places.types.length > 0 ? places.types : "stored",
    detach: options.flag("detach"),
    watch: options.flag("watch"),
    wait: wait.value,
    port: port.value,
    controlPort: controlPort.value,
    bind: bind.value,
    name: options.text("name") ?? options.text("app"),
    envFile: options.text("envFile"),
    engine: engine.value,
    source: source.value,
    strict: options.flag("strict"),
    offline: options.flag("offline"),
    buildpacks: options.list("buildpack"),
    stackImage: stackImage.value,
    era: era.value,
    switches: switches.value,
    dynoType: options.text("dynoType"),
    enforcement: {
      ...(memory.value === undefined ? {} : { memory: memory.value }),
      ...(cpu.value === undefined ? {} : { cpu: cpu.value }),
    },
    forwardedProto: forwardedProto.value,
    clock: options.flag("paused") ? "paused" : options.flag("realTime") ? "real" : "running",
  });
}

/**
 * `up examples/dash-app`, `up web worker`: a word with a slash or a leading dot is a folder, and so is one that names
 * a folder here while here is no app of its own. All others are process types.
 */
function foldersAmong(
  words: readonly string[],
  cwd: string,
  dir: string | undefined,
): { readonly folders: readonly string[]; readonly types: readonly string[] } {
  const hasApp = dir !== undefined || existsSync(resolve(cwd, "Procfile"));
  const isFolder = (word: string): boolean =>
    word.startsWith(".") || /[/\\]/.test(word) || (!hasApp && isDirectory(resolve(cwd, word)));
  const folders = words.filter(isFolder);
  return {
    folders: dir === undefined ? folders : [dir, ...folders],
    types: words.filter((word) => !isFolder(word)),
  };
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function portOption(options: Options, name: string): Result<number | undefined, Explanation> {
  const text = options.text(name);
  if (text === undefined) return ok(undefined);
  const port = Number(text);
  return /^\d+$/.test(text) && port <= 65_535
    ? ok(port)
    : usage(`${text} is no port.`, "A port is a number from 0 (any free one) to 65535.");
}

function bindOption(text: string | undefined): Result<string | undefined, Explanation> {
  const address = text?.replace(/^\[(.*)\]$/, "$1");
  if (address === undefined || address === "localhost") return ok(undefined);
  return isIP(address) === 0
    ? usage(
        `${text} is no address.`,
        "--bind takes an address of this machine, or 0.0.0.0 for all of IPv4, or :: for all there are.",
      )
    : ok(address);
}

function choice<T extends string>(
  options: Options,
  name: string,
  allowed: readonly T[],
  flag: string = name,
): Result<T | undefined, Explanation> {
  const text = options.text(name);
  const found = allowed.find((one) => one === text);
  return text === undefined || found !== undefined
    ? ok(found)
    : usage(`--${flag} is ${allowed.join(" or ")}, not ${text}.`);
}
