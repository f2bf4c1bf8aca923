import { ChunkQueue } from "../../kernel/chunk-queue.ts";
import type { ExecSpec, Inside, OutputChunk } from "../launched.ts";

const HUNG_UP = 129;

/** A process in a fake dyno: the test says what it does, `process` is what the product sees of it. */
export class FakeInside {
  readonly spec: ExecSpec;
  readonly process: Inside;
  /** Standard input received. */
  readonly input: Uint8Array[] = [];
  inputEnded = false;
  size: { readonly columns: number; readonly rows: number } | undefined;
  hangUps = 0;
  /** What it does when it is hung up. */
  onHangUp: () => void = () => this.exit(HUNG_UP);

  readonly #output = new ChunkQueue<OutputChunk>();
  readonly #ended = Promise.withResolvers<number>();

  constructor(spec: ExecSpec) {
    this.spec = spec;
    this.process = {
      output: this.#output,
      exit: this.#ended.promise,
      write: (chunk) => void this.input.push(chunk),
      endInput: () => void (this.inputEnded = true),
      resize: async (columns, rows) => void (this.size = { columns, rows }),
      hangUp: async () => {
        this.hangUps += 1;
        this.onHangUp();
      },
    };
  }

  /** Writes one line. */
  print(line: string, stream: OutputChunk["stream"] = "stdout"): void {
    this.#output.push({ stream, bytes: Buffer.from(`${line}\n`) });
  }

  /** Only the first call counts. */
  exit(status: number): void {
    this.#output.close();
    void this.#output.drained().then(() => this.#ended.resolve(status));
  }
}
