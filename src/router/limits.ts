import { mebibytes, millis, seconds, type Bytes, type Millis } from "../kernel/units.ts";

/** Every time and size of the router. Counts are plain numbers, sizes leave out the line end. */
export interface RouterLimits {
  readonly requestHead: Millis;
  readonly connect: Millis;
  readonly connectAttempts: number;
  readonly connectTotal: Millis;
  readonly firstByte: Millis;
  readonly idle: Millis;
  readonly requestsPerDyno: number;
  readonly connections: number;
  readonly requestLine: number;
  readonly requestFieldLine: number;
  readonly requestFieldName: number;
  readonly requestFields: number;
  readonly statusLine: number;
  readonly responseFieldLine: number;
  readonly setCookieLine: number;
  readonly responseHead: Bytes;
  readonly chunkSizeLine: number;
  readonly responseBuffer: Bytes;
  readonly readAhead: number;
  readonly linger: Millis;
  readonly lastWords: Millis;
  readonly idleToDyno: Millis;
}

interface Row<Value> {
  readonly value: Value;
  readonly source: string;
}

/** `own`: a guard of ours where Heroku's figure is none or not known. */
export const ROUTER_LIMITS: { readonly [Name in keyof RouterLimits]: Row<RouterLimits[Name]> } = {
  /** For a complete head, from the accept or from the end of the answer before. */
  requestHead: { value: seconds(60), source: "router.md L6; heroku.md 0" },
  connect: { value: seconds(5), source: "router.md L7; heroku.md 0" },
  connectAttempts: { value: 10, source: "router.md L7; heroku.md 0" },
  connectTotal: { value: seconds(75), source: "router.md L7; heroku.md 0" },
  /** From the moment the whole request has been passed to the dyno. */
  firstByte: { value: seconds(30), source: "router.md L1; heroku.md 0, 3.2" },
  /** Silence that ends an exchange; every byte in either direction restarts it. */
  idle: { value: seconds(55), source: "router.md L2, L3, L5; heroku.md 0, 3.2" },
  /** Requests in flight, times the number of web dynos. */
  requestsPerDyno: { value: 200, source: "router.md L26; heroku.md 0" },
  /** Of clients. Fewer where the system does not give as many descriptors. */
  connections: { value: 100_000, source: "router.md L25" },
  requestLine: { value: 8192, source: "router.md L9; heroku.md 3.5" },
  requestFieldLine: { value: 8192, source: "heroku.md 3.5; router.md L11" },
  requestFieldName: { value: 1000, source: "router.md L10; heroku.md 3.5" },
  requestFields: { value: 1000, source: "router.md L12; heroku.md 3.5" },
  statusLine: { value: 8192, source: "router.md L15; heroku.md 3.5" },
  responseFieldLine: { value: 524_288, source: "router.md L16; heroku.md 3.5" },
  setCookieLine: { value: 8192, source: "router.md L17; heroku.md 3.5" },
  /** The whole head of a response is unlimited at Heroku: this only keeps a runaway dyno from filling the memory. */
  responseHead: { value: mebibytes(16), source: "own; router.md L18" },
  chunkSizeLine: { value: 8192, source: "own" },
  /** What a dyno can hand over without waiting for a slow client. */
  responseBuffer: { value: mebibytes(1), source: "router.md L22; heroku.md 3.2" },
  /** Bytes of later requests kept while an answer is under way. */
  readAhead: { value: 65_536, source: "router.md L21" },
  /** A closing connection still takes in what the client sends, lest a reset overtake the answer. */
  linger: { value: seconds(2), source: "own; router.md 8.24" },
  /** Silence after the end of a dyno: whatever it had sent is here by then. */
  lastWords: { value: millis(100), source: "own" },
  /** A kept connection to a dyno that nobody used. */
  idleToDyno: { value: seconds(90), source: "router.md L29; heroku.md 3.6" },
};

export function routerLimits(changes: Partial<RouterLimits>): RouterLimits {
  const rows = ROUTER_LIMITS;
  return {
    requestHead: rows.requestHead.value,
    connect: rows.connect.value,
    connectAttempts: rows.connectAttempts.value,
    connectTotal: rows.connectTotal.value,
    firstByte: rows.firstByte.value,
    idle: rows.idle.value,
    requestsPerDyno: rows.requestsPerDyno.value,
    connections: rows.connections.value,
    requestLine: rows.requestLine.value,
    requestFieldLine: rows.requestFieldLine.value,
    requestFieldName: rows.requestFieldName.value,
    requestFields: rows.requestFields.value,
    statusLine: rows.statusLine.value,
    responseFieldLine: rows.responseFieldLine.value,
    setCookieLine: rows.setCookieLine.value,
    responseHead: rows.responseHead.value,
    chunkSizeLine: rows.chunkSizeLine.value,
    responseBuffer: rows.responseBuffer.value,
    readAhead: rows.readAhead.value,
    linger: rows.linger.value,
    lastWords: rows.lastWords.value,
    idleToDyno: rows.idleToDyno.value,
    ...changes,
  };
}
