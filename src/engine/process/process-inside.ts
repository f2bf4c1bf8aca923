import { finished } from "node:stream/promises";
import { seconds, type Millis } from "../../kernel/units.ts";
import type { LaunchSpec } from "../engine.ts";
import type { ExecSpec, Inside, OutputChunk } from "../launched.ts";
import { within } from "../within.ts";
import { FirstProcess } from "./first-process.ts";
import { pathIn } from "./furnish.ts";
import type { DynoTools } from "./dyno-tools.ts";
import { Kin } from "./kin.ts";
import type { Members } from "./members.ts";
import type { Room } from "./room.ts";
import type { Home } from "./slug-store.ts";
import { outerOf, ttyOf } from "./spawned.ts";
import { startArgv } from "./start-script.ts";
import { Streams } from "./streams.ts";
import { inTerminal, resizeTerminal, SCRIPT_SHELL } from "./terminal.ts";

/** The dyno's HOME would find all that live in it. */
const NOBODYS_HOME = "";
/** A process that it has left in the dyno may keep its output open. */
const OUTPUT_AFTER_END: Millis = seconds(1);

/** The dyno that somebody comes into. */
export interface Host {
  readonly tools: DynoTools;
  readonly dyno: LaunchSpec;
  readonly room: Room;
  readonly home: Home;
  readonly members: Members;
  /** Process 1 of the dyno's own tree, where it has one. */
  readonly init: number | undefined;
}

/** Starts a process in a dyno: where that lives, as it was begun itself, and without its config vars. */
export async function enter(host: Host, { command, attach }: ExecSpec): Promise<ProcessInside> {
  const { tools, dyno, room, home, init } = host;
  const { confinement, census, clock } = tools;
  const isTerminal = attach.kind === "terminal";
  const start = startArgv({ command, home: home.path, openFiles: dyno.openFiles, attach, stays: false });
  const argv = init === undefined ? start : confinement.join(start, init);
  const streams = await Streams.open(room.folder, attach);
  let first: FirstProcess | undefined;
  try {
    first = await FirstProcess.spawn({
      argv: isTerminal ? inTerminal(argv, await tools.script()) : argv,
      env: {
        PATH: pathIn(room, confinement),
        DYNO: dyno.dyno,
        ...(dyno.port === undefined ? {} : { PORT: String(dyno.port) }),
        ...(isTerminal ? { TERM: attach.term, SHELL: SCRIPT_SHELL } : {}),
      },
      cwd: "/",
      streams: streams.theirs,
    }).finally(() => streams.handedOver());
    const here = await first.hasCome(streams);
    const outer = await outerOf(census, first.pid, isTerminal);
    const tty = await ttyOf(here, outer, confinement.isShut, isTerminal);
    host.members.adopt(outer);
    const own = new Kin({ home: NOBODYS_HOME, root: outer, census, clock });
    first.go();
    return new ProcessInside({ host, first, streams, tty, own });
  } catch (error) {
    first?.kill();
    first?.close();
    streams.destroy();
    throw error;
  }
}

interface Parts {
  readonly host: Host;
  readonly first: FirstProcess;
  readonly streams: Streams;
  readonly tty: string;
  /** What it has started, and itself. */
  readonly own: Members;
}

/** A process that came into a dyno later. */
export class ProcessInside implements Inside {
  readonly output: AsyncIterable<OutputChunk>;
  readonly exit: Promise<number>;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.output = parts.streams.output;
    this.exit = this.#end();
  }

  write(chunk: Uint8Array): void {
    this.#parts.streams.write(chunk);
  }

  endInput(): void {
    this.#parts.streams.endInput();
  }

  async resize(columns: number, rows: number): Promise<void> {
    if (this.#parts.tty !== "") await resizeTerminal(this.#parts.tty, columns, rows);
  }

  hangUp(): Promise<void> {
    return this.#parts.own.signal("SIGHUP");
  }

  async #end(): Promise<number> {
    const { host, first, streams } = this.#parts;
    const read = finished(streams.output).catch(() => {});
    const status = await first.exited;
    await within(host.tools.clock, OUTPUT_AFTER_END, read);
    streams.destroy();
    first.close();
    return status;
  }
}
