import { Readable } from "node:stream";
import type Docker from "dockerode";
import { reasonOf } from "../engine-trouble.ts";

/** A registry that is there answers within a second; a network that swallows packets never does. */
const PATIENCE_MS = 12_000;

interface Progress {
  readonly status?: string;
  readonly id?: string;
}

/** Undefined when the image is here now, else why not. `onLine`: each layer that has come. */
export async function pull(
  docker: Docker,
  image: string,
  signal: AbortSignal | undefined,
  onLine: (line: string) => void = () => {},
): Promise<string | undefined> {
  const asked: Promise<NodeJS.ReadableStream> = docker.pull(image);
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const limits = signal === undefined ? patience : AbortSignal.any([patience, signal]);
  try {
    const stream = await beforeAbort(asked, limits);
    // a large image takes minutes, and who gives up does not wait for it
    signal?.addEventListener(
      "abort",
      () => stream instanceof Readable && stream.destroy(new Error("interrupted")),
    );
    await follow(docker, stream, ({ status, id }) => {
      if (status === "Pull complete") onLine(`  ${id}: ${status}`);
    });
    return undefined;
  } catch (error) {
    return limits.aborted ? `no answer within ${PATIENCE_MS / 1000} s` : reasonOf(error);
  }
}

/** Makes an untagged image of one layer. Gives its id. */
export async function importTar(
  docker: Docker,
  tar: NodeJS.ReadableStream,
  changes: readonly string[],
): Promise<string> {
  const answer = await docker.importImage(tar, { changes: [...changes] });
  const events = await follow(docker, answer);
  const id = events.findLast((event) => event.status?.startsWith("sha256:"))?.status;
  if (id === undefined) throw new Error("the engine did not say which image it made");
  return id;
}

function follow(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  onEvent: (event: Progress) => void = () => {},
): Promise<readonly Progress[]> {
  return new Promise((resolve, reject) => {
    const ended = (error: Error | null, events: readonly Progress[]): void => {
      if (error) reject(error);
      else resolve(events);
    };
    docker.modem.followProgress(stream, ended, onEvent);
  });
}

/** The first of the two; a stream that comes too late is closed. */
function beforeAbort(
  asked: Promise<NodeJS.ReadableStream>,
  signal: AbortSignal,
): Promise<NodeJS.ReadableStream> {
  return new Promise((resolve, reject) => {
    const give = (): void => {
      reject(new Error("no answer"));
      void closeLate(asked);
    };
    signal.addEventListener("abort", give, { once: true });
    asked.then(resolve, reject).finally(() => signal.removeEventListener("abort", give));
  });
}

async function closeLate(asked: Promise<NodeJS.ReadableStream>): Promise<void> {
  try {
    const stream = await asked;
    if (stream instanceof Readable) stream.destroy();
  } catch {
    // Refused at last: nobody waits for it any more.
  }
}
