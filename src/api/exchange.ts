import type { IncomingHttpHeaders } from "node:http";
import type { ControlContext } from "./control.ts";

/** One request to the control API, as a resource sees it. */
export interface ApiRequest extends ControlContext {
  readonly params: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON; undefined when there was none. */
  readonly body: unknown;
  /** Aborted when the client has gone or the server closes: for what takes longer than a moment. */
  readonly gone: AbortSignal;
}

/** What a resource answers; only the server writes. */
export type Answer =
  | {
      readonly kind: "json";
      readonly status: number;
      readonly body: unknown;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly kind: "stream"; readonly contentType: string; readonly write: (sink: Sink) => Promise<void> };

export interface Sink {
  write(text: string): void;
  /** Resolves when there is room for more, or the client has gone. */
  drained(): Promise<void>;
  /** Bytes that the client has not taken yet. */
  backlog(): number;
  /** Aborted when the client has gone or the server closes. */
  readonly gone: AbortSignal;
}

export type Resource = (request: ApiRequest) => Promise<Answer> | Answer;

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { kind: "json", status, body, headers };
}
