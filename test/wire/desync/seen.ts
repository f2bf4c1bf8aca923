/** One request as a back end read it. All text is Latin-1. */
export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  /** Content, framing taken off. */
  readonly body: string;
}

/** What a back end makes of all the bytes of one connection. */
export interface Seen {
  readonly requests: readonly SeenRequest[];
  /** Bytes of a request that has not come to its end. */
  readonly unfinished: boolean;
  /** What a strict reader cannot accept; a lenient one has none. */
  readonly fault: string | undefined;
}

/** One answer as a client read it. */
export interface SeenAnswer {
  readonly status: number;
  readonly body: string;
}

export interface SeenAnswers {
  /** Final ones only. */
  readonly answers: readonly SeenAnswer[];
  readonly unfinished: boolean;
  readonly fault: string | undefined;
}
