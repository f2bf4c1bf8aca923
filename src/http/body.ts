import { assertNever } from "../kernel/assert-never.ts";
import { ChunkedBody, type ChunkedLimits } from "./chunked-body.ts";
import type { Framing } from "./framing.ts";

/** Finds the end of a body in bytes that come in any pieces, without copying them. */
export interface Body {
  /** Adds to `out` what is to be passed on, and gives how many bytes of `input` it used. */
  push(input: Buffer, out: Buffer[]): number;
  readonly state: "open" | "complete" | "broken";
  /** Bytes of content passed on so far, framing not counted. */
  readonly content: number;
}

/** `keepFraming` false: chunks come out as bare content, as an HTTP/1.0 client needs it. router.md 7.5 */
export function bodyOf(framing: Framing, keepFraming: boolean, limits: ChunkedLimits): Body {
  switch (framing.kind) {
    case "none":
      return NO_BODY;
    case "length":
      return new LengthBody(framing.length);
    case "chunked":
      return new ChunkedBody(keepFraming, limits);
    case "until-close":
      return new LengthBody(Infinity);
    default:
      return assertNever(framing);
  }
}

class LengthBody implements Body {
  #left: number;
  content = 0;
  state: "open" | "complete" = "open";

  constructor(length: number) {
    this.#left = length;
    if (length === 0) this.state = "complete";
  }

  push(input: Buffer, out: Buffer[]): number {
    const used = Math.min(input.length, this.#left);
    if (used > 0) out.push(used === input.length ? input : input.subarray(0, used));
    this.#left -= used;
    this.content += used;
    if (this.#left === 0) this.state = "complete";
    return used;
  }
}

/** Nothing in it changes: one for all. */
const NO_BODY: Body = new LengthBody(0);
