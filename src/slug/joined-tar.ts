import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract, pack, type Pack } from "tar-stream";

export interface TarPart {
  /** Folder, without a slash at either end, that the entries go below. */
  readonly place: string;
  readonly tar: Readable;
}

/** Several small archives as one: an engine takes some forty milliseconds for each, however little is in it. */
export function joinedTar(parts: readonly TarPart[]): Readable {
  const archive = pack();
  const filled = fill(archive, parts).catch((problem: Error) => archive.destroy(problem));
  return Readable.from(bytesOf(archive, filled), { objectMode: false });
}

async function* bytesOf(archive: Pack, filled: Promise<void>): AsyncGenerator<Uint8Array> {
  try {
    yield* archive as AsyncIterable<Uint8Array>;
  } finally {
    archive.destroy();
    await filled;
  }
}

async function fill(archive: Pack, parts: readonly TarPart[]): Promise<void> {
  for (const { place, tar } of parts) {
    const entries = extract();
    const fed = pipeline(tar, entries as unknown as NodeJS.WritableStream);
    // met below, where it is awaited; the entries break off with it
    fed.catch(() => {});
    for await (const entry of entries) {
      // what its records say is in the header by now, and their path would win over the new name
      const { name, pax: _pax, ...facts } = entry.header;
      const sink = archive.entry({ ...facts, name: `${place}/${name}` });
      for await (const chunk of entry as AsyncIterable<Uint8Array>)
        if (!sink.write(chunk)) await new Promise<void>((go) => sink.once("drain", () => go()));
      sink.end(undefined);
    }
    await fed;
  }
  archive.finalize();
}
