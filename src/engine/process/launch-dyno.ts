import type { LaunchSpec } from "../engine.ts";
import { FirstProcess } from "./first-process.ts";
import { furnish, furniture, pathIn } from "./furnish.ts";
import type { DynoTools } from "./dyno-tools.ts";
import { membersOf } from "./members-of.ts";
import { ProcessDyno } from "./process-dyno.ts";
import { SlugMissing } from "./process-trouble.ts";
import { removeRoom } from "./remove-room.ts";
import type { Room } from "./room.ts";
import type { Home } from "./slug-store.ts";
import { outerOf, ttyOf } from "./spawned.ts";
import { startArgv } from "./start-script.ts";
import { Streams } from "./streams.ts";
import { inTerminal, SCRIPT_SHELL } from "./terminal.ts";

/** A dyno that is ready, and waits to be told to begin. Throws where it cannot be had; then nothing of it is left. */
export async function prepareDyno(tools: DynoTools, spec: LaunchSpec): Promise<ProcessDyno> {
  const room = await tools.rooms.open(spec.dyno, "dyno", spec.label);
  let streams: Streams | undefined;
  let first: FirstProcess | undefined;
  try {
    const [home] = await Promise.all([
      tools.slugs.moveIn(spec.image, room, tools.confinement),
      furnish(room, spec),
    ]);
    if (home === undefined) throw new SlugMissing(spec.image);
    streams = await Streams.open(room.folder, spec.attach);
    first = await begin(tools, spec, room, home, streams);
    const here = await first.hasCome(streams);
    const isTerminal = spec.attach?.kind === "terminal";
    const outer = await outerOf(tools.census, first.pid, isTerminal);
    const { confinement, census } = tools;
    const { isShut } = confinement;
    const init = isShut ? confinement.initOf(outer, await census.table.list()) : undefined;
    const members = membersOf(tools, room, { outer, first: here.pid, stays: stays(tools, spec) });
    const tty = await ttyOf(here, outer, isShut, isTerminal);
    return new ProcessDyno({ tools, spec, room, home, first, streams, members, init, tty });
  } catch (error) {
    first?.kill();
    await first?.exited;
    first?.close();
    streams?.destroy();
    await removeRoom(room).catch(() => {});
    throw error;
  }
}

async function begin(
  tools: DynoTools,
  spec: LaunchSpec,
  room: Room,
  home: Home,
  streams: Streams,
): Promise<FirstProcess> {
  const { confinement } = tools;
  const isTerminal = spec.attach?.kind === "terminal";
  const argv = startArgv({
    command: spec.command,
    home: home.path,
    openFiles: spec.openFiles,
    attach: spec.attach,
    stays: stays(tools, spec),
  });
  const around = {
    ...home.around,
    binds: [...home.around.binds, ...furniture(room, confinement)],
  };
  const shut = confinement.shutIn(argv, around, {
    processes: spec.processes + (stays(tools, spec) ? 1 : 0),
  });
  try {
    return await FirstProcess.spawn({
      argv: isTerminal ? inTerminal(shut, await tools.script()) : shut,
      env: environment(spec, pathIn(room, confinement), isTerminal),
      // whoever is in the home and has no HOME is taken for a member: the terminal around the first process is none
      cwd: "/",
      streams: streams.theirs,
    });
  } finally {
    streams.handedOver();
  }
}

/** A terminal needs a shell in its foreground, which a job is not. */
function stays({ confinement }: DynoTools, { attach }: LaunchSpec): boolean {
  return confinement.isShut && attach?.kind !== "terminal";
}

/** Nothing of this machine's. HOME is set by the first process itself: by it the processes of a dyno are known. heroku.md 5.2 */
function environment(spec: LaunchSpec, path: string, isTerminal: boolean): Readonly<Record<string, string>> {
  const { HOME: _, ...env } = spec.env;
  return {
    PATH: path,
    ...env,
    ...(spec.port === undefined ? {} : { PORT: String(spec.port) }),
    ...(isTerminal ? { SHELL: SCRIPT_SHELL } : {}),
    ...(spec.attach?.kind === "terminal"
      ? { TERM: spec.attach.term, COLUMNS: String(spec.attach.columns), LINES: String(spec.attach.rows) }
      : {}),
  };
}
