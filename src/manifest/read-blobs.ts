import { execa } from "execa";
import { git, gitArguments, gitEnvironment } from "./read-git.ts";
import { SourceChanged, type FileBody, type OpenTree, type TreeFile } from "./source-tree.ts";

/** Contents by blob id, from one long-running `git cat-file --batch`. */
export function openBlobs(folder: string, extra: Readonly<Record<string, string>>): OpenTree {
  const asked = execa("git", gitArguments(["cat-file", "--batch"]), {
    cwd: folder,
    env: gitEnvironment(extra),
    encoding: "buffer",
    buffer: false,
    reject: false,
    stdin: "pipe",
    stderr: "ignore",
  });
  asked.stdin.on("error", () => {});
  const answers = new ByteReader(asked.stdout);
  let announced = 0;
  return {
    // thousands of questions and answers by turns would take longer than the answers
    announce: (files) => {
      announced += files.length;
      asked.stdin.write(files.map(({ blob }) => `${blob}\n`).join(""));
    },
    read: async (file: TreeFile): Promise<FileBody> => {
      if (announced > 0) announced--;
      else asked.stdin.write(`${file.blob}\n`);
      const header = (await answers.line()).split(" ");
      if (header[1] !== "blob") throw new SourceChanged(file.path);
      const size = Number(header[2]);
      return { size, chunks: bodyOf(answers, size) };
    },
    sizes: async (files) => {
      const ids = files.map(({ blob }) => `${blob}\n`).join("");
      const told = await git(folder, ["cat-file", "--batch-check=%(objectsize)"], extra, Buffer.from(ids));
      return told?.stdout.toString().trimEnd().split("\n").map(Number) ?? [];
    },
    [Symbol.asyncDispose]: async () => {
      asked.kill("SIGKILL");
      await asked;
    },
  };
}

async function* bodyOf(answers: ByteReader, size: number): AsyncGenerator<Uint8Array> {
  yield* answers.take(size);
  await answers.line();
}

/** A byte stream read by lines and by lengths. */
class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    let end = this.#rest.indexOf(0x0a);
    while (end === -1) {
      this.#rest = Buffer.concat([this.#rest, await this.#next()]);
      end = this.#rest.indexOf(0x0a);
    }
    const line = this.#rest.toString("utf8", 0, end);
    this.#rest = this.#rest.subarray(end + 1);
    return line;
  }

  async *take(size: number): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0;) {
      if (this.#rest.length === 0) this.#rest = await this.#next();
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  async #next(): Promise<Buffer> {
    const next = await this.#chunks.next();
    if (next.done) throw new Error("git ended before it had answered");
    const { buffer, byteOffset, byteLength } = next.value;
    return Buffer.from(buffer, byteOffset, byteLength);
  }
}
