import type { IncomingMessage, RequestListener } from "node:http";
import type { Duplex } from "node:stream";
import { fail, ok, type Result } from "../kernel/result.ts";
import { listeningFailure } from "../platform/listening-failure.ts";
import type { PlatformFailure } from "../platform/failure.ts";
import type { Platform } from "../platform/platform.ts";
import type { Answering, AnsweringOptions } from "./answering.ts";
import { attach } from "./attach.ts";
import type { ControlContext } from "./control.ts";
import { judge } from "./guard.ts";
import { listenOnLoopback } from "./listen.ts";
import { newSecret, Secrets } from "./secrets.ts";

/** The control API of one app, on loopback. design.md 4 */
export interface Control extends AsyncDisposable {
  /** `http://localhost:4567` */
  readonly url: string;
  readonly port: number;
  readonly token: string;
}

export interface ControlOptions {
  /** 0: any free one. A taken one falls to the next, unless it is this one or none. */
  readonly port: number;
  readonly isExact?: boolean;
  readonly token?: string;
  /** Default: the platform's own answer. A host that is still compiling says no: there is nothing to be up yet. */
  readonly isReady?: () => boolean;
  /** A bug of dynosim: the request got a 500, and the text belongs on the terminal. */
  readonly onBug?: (error: unknown) => void;
}

export async function openControl(
  platform: Platform,
  options: ControlOptions,
): Promise<Result<Control, PlatformFailure>> {
  const token = options.token ?? newSecret();
  const ending = new AbortController();
  const sockets = new Set<Duplex>();
  let port = 0;
  const context: ControlContext = {
    platform,
    isReady: options.isReady ?? (() => platform.ready()),
    get url() {
      return `http://localhost:${port}`;
    },
    logSessions: new Secrets(),
    attachments: new Secrets(),
    releaseOutputs: new Secrets(),
  };
  // what answers takes a while to load, and nobody asks before the app is on its way
  let answering: Promise<Answering> | undefined;
  const onRequest: RequestListener = (request, response) => {
    answering ??= loadAnswering(context, {
      guard: (headers, route) => judge(headers, port, route.access === "token" ? token : undefined),
      ending: ending.signal,
      onBug: (error) => options.onBug?.(error),
    });
    answering.then(
      ({ answer }) => answer(request, response),
      (thrown: unknown) => {
        response.writeHead(500).end();
        options.onBug?.(thrown);
      },
    );
  };

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    const secret = /^\/dynosim\/attach\/([\w-]+)$/.exec(request.url ?? "")?.[1];
    const oneOff =
      secret !== undefined && judge(request.headers, port, undefined) === "fine"
        ? context.attachments.take(secret)
        : undefined;
    if (oneOff === undefined) {
      socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    attach(oneOff, socket, head).catch((thrown: unknown) => {
      socket.destroy();
      options.onBug?.(thrown);
    });
  };
  const { isExact = false } = options;
  const opened = await listenOnLoopback(options.port, isExact, onRequest, onUpgrade);
  if (!opened.ok)
    return fail(
      listeningFailure("control API", { host: "127.0.0.1", port: options.port, code: opened.failure }),
    );
  const listening = opened.value;
  port = listening.port;

  return ok({
    url: context.url,
    port,
    token,
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      // the streams hear of it and end; what is still open after that is cut
      await new Promise(setImmediate);
      for (const oneOff of context.attachments.all()) oneOff.hangUp();
      for (const socket of sockets) socket.destroy();
      await listening[Symbol.asyncDispose]();
      await (await answering)?.close();
    },
  });
}

async function loadAnswering(context: ControlContext, options: AnsweringOptions): Promise<Answering> {
  const { openAnswering } = await import("./answering.ts");
  return openAnswering(context, options);
}
