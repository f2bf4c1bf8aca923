import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, constants, openSync } from "node:fs";
import { unlink } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { execa } from "execa";

const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;

/** Which end is ours. */
export type Flow = "from-dyno" | "to-dyno";

/**
 * A pipe of the kernel's: two descriptors. What Node.js makes by itself is a socket, and in a dyno that has one nobody can open
 * /dev/stdout or /dev/stdin.
 */
export interface Pipe {
  readonly ours: number;
  readonly theirs: number;
}

/** Opens a pipe for each of `flows`, through names in `folder` that are gone when this resolves. */
export async function openPipes(folder: string, flows: readonly Flow[]): Promise<readonly Pipe[]> {
  // several may be opened in one room at a time
  const names = randomBytes(4).toString("hex");
  const paths = flows.map((_flow, index) => join(folder, `pipe-${names}-${index}`));
  await execa("mkfifo", ["-m", "600", ...paths]);
  const pipes = flows.map((flow, index) => openPipe(paths[index]!, flow));
  await Promise.all(paths.map((path) => unlink(path)));
  return pipes;
}

/** Whoever opens one end alone would wait for the other: the reading end comes first, and does not wait. */
function openPipe(path: string, flow: Flow): Pipe {
  const first = openSync(path, O_RDONLY | O_NONBLOCK);
  if (flow === "from-dyno") return { ours: first, theirs: openSync(path, O_WRONLY) };
  const ours = openSync(path, O_WRONLY | O_NONBLOCK);
  // a program that reads its standard input does not expect to be told to come again
  const theirs = openSync(path, O_RDONLY);
  closeSync(first);
  return { ours, theirs };
}

/**
 * A pipe without a name, for a dyno's standard input. Whoever opens /dev/stdin again when we have written all and closed it
 * would with a named one wait for ever for somebody to write. A shell makes it, and we take it from its hands: of Node.js there
 * is none to be had, and on other systems than Linux no way to take it.
 */
export async function openNamelessPipe(folder: string): Promise<Pipe> {
  if (process.platform !== "linux") return (await openPipes(folder, ["to-dyno"]))[0]!;
  const maker = execa("bash", ["-c", "exec 3> >(:); echo; read -r _"], { stdin: "pipe", buffer: false });
  try {
    await once(maker.stdout, "data");
    const path = `/proc/${maker.pid}/fd/3`;
    const theirs = openSync(path, O_RDONLY);
    return { ours: openSync(path, O_WRONLY | O_NONBLOCK), theirs };
  } finally {
    maker.stdin.end();
    await maker.catch(() => {});
  }
}

/** Our end as a stream, which closes it. */
export function streamOf({ ours }: Pipe, flow: Flow): Socket {
  const stream = new Socket({ fd: ours, readable: flow === "from-dyno", writable: flow === "to-dyno" });
  // whoever reads or wrote at the other end has gone: what came of the dyno, its exit tells
  stream.on("error", () => {});
  return stream;
}
