import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type Docker from "dockerode";

/** Unpacks a tar stream in a container. A stream that breaks ends the request, rather than leaving it waiting. */
export async function pourInto(container: Docker.Container, tar: Readable, path: string): Promise<void> {
  const body = new PassThrough();
  const [poured, answered] = await Promise.allSettled([
    pipeline(tar, body),
    container.putArchive(body, { path }).catch((error: unknown) => {
      // The engine's reason counts; a body nobody reads would hold the pipeline for ever.
      body.destroy();
      throw error;
    }),
  ]);
  if (answered.status === "rejected") throw answered.reason;
  if (poured.status === "rejected") throw poured.reason;
}
