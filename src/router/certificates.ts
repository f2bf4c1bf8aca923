/** What the router needs of whoever holds the keys. */
export interface Certificates {
  /**
   * A certificate for a host name (lower case) that is good now. The same object as long as it stays good, so that what
   * was made of it can be kept. Undefined when there is none to be had: the handshake fails.
   */
  certificateFor(name: string): Promise<Certificate | undefined>;
}

/** As PEM text. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}
