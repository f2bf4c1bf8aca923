import type { HeadLimits, HeadScanner } from "../http/head-scanner.ts";
import { requestHeadScanner, type RequestLine } from "../http/request-head.ts";

/** Of those at rest; a burst of slow heads must not keep memory for good. */
const MOST_KEPT = 64;

/**
 * Scanners for heads that have begun. Most heads come whole, so that a few scanners serve all connections, and an idle
 * one holds none.
 */
export class RequestHeads {
  readonly #limits: HeadLimits;
  readonly #free: HeadScanner<RequestLine>[] = [];

  constructor(limits: HeadLimits) {
    this.#limits = limits;
  }

  take(): HeadScanner<RequestLine> {
    return this.#free.pop() ?? requestHeadScanner(this.#limits);
  }

  give(scanner: HeadScanner<RequestLine>): void {
    if (this.#free.length >= MOST_KEPT) return;
    scanner.reset();
    this.#free.push(scanner);
  }
}
