import {
  constants,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { TLSSocket } from "node:tls";
import { IdleTimer } from "../../kernel/idle-timer.ts";
import type { RouterTools } from "../router-tools.ts";
import { requestText } from "./request-text.ts";
import { StreamSocket } from "./stream-socket.ts";

/** Requests at a time on one connection; a usual figure, Heroku's is not known. */
const CONCURRENT_STREAMS = 100;
/** Room for the longest field line that Heroku takes and then some; as many fields, and cookies in crumbs. heroku.md 3.5 */
const HEADER_LIST_SIZE = 65_536;
const HEADER_LIST_PAIRS = 1_100;
/** Heroku has no limit for a whole head (router.md L18), and one of 512 kB for a line; what is larger, the stream is reset. */
const ANSWER_HEAD_SIZE = 1_048_576;

/**
 * Serves one HTTP/2 connection: `open` is given a connection of HTTP/1.1 for each of its streams. What floods, the
 * library under node:http2 ends by itself (streams reset in haste, settings, pings, empty frames); what is idle ends
 * here, after the time that an idle HTTP/1.1 connection has. router.md L6
 */
export function serveSession(
  socket: TLSSocket,
  tools: RouterTools,
  open: (stream: StreamSocket) => void,
): void {
  const session: ServerHttp2Session = performServerHandshake(socket, {
    maxHeaderListPairs: HEADER_LIST_PAIRS,
    maxSendHeaderBlockLength: ANSWER_HEAD_SIZE,
    settings: { maxConcurrentStreams: CONCURRENT_STREAMS, maxHeaderListSize: HEADER_LIST_SIZE },
  });
  const idle = new IdleTimer(tools.clock);
  let streams = 0;
  const rest = (): void => idle.start(tools.limits.requestHead, () => session.close());
  rest();
  session.on("error", () => {});
  session.on("close", () => idle.stop());
  session.on("stream", (stream: ServerHttp2Stream, headers, _, raw: string[]) => {
    streams += 1;
    idle.stop();
    stream.once("close", () => {
      streams -= 1;
      if (streams === 0 && !session.destroyed) rest();
    });
    try {
      const endsHere = stream.endAfterHeaders;
      const text = requestText(raw, endsHere);
      if (text === undefined) return refuse(stream);
      const isChunked = !endsHere && headers["content-length"] === undefined;
      open(new StreamSocket(stream, text, headers[":method"] ?? "", isChunked, socket.remoteAddress));
    } catch (error) {
      tools.onBug(error);
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    }
  });
}

/** A malformed request is a stream error, and no app has heard of it. RFC 9113 8.1.1 */
function refuse(stream: ServerHttp2Stream): void {
  stream.on("error", () => {});
  stream.close(constants.NGHTTP2_PROTOCOL_ERROR);
}
