import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { fail, ok, type Result } from "../kernel/result.ts";
import { listeningFailure } from "../platform/listening-failure.ts";
import type { PlatformFailure } from "../platform/failure.ts";
import type { Platform } from "../platform/platform.ts";
import { attach } from "./attach.ts";
import type { ControlContext } from "./control.ts";
import type { Answer, ApiRequest, Sink } from "./exchange.ts";
import { judge, type Verdict } from "./guard.ts";
import { listenOnLoopback } from "./listen.ts";
import { error, notFound } from "./respond.ts";
import { ROUTES, type Route } from "./routes.ts";
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

const REFUSALS: Readonly<Record<Exclude<Verdict, "fine">, Answer>> = {
  "foreign-host": error(403, "forbidden", "This Host is not served here."),
  "foreign-origin": error(403, "forbidden", "Pages of other origins may not ask."),
  "no-token": error(401, "unauthorized", "Invalid credentials provided."),
};

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
  const server = createServer(context, (headers, route) =>
    judge(headers, port, route.access === "token" ? token : undefined),
  );
  server.setErrorHandler(async (thrown, _request, reply) => {
    const { statusCode = 500, message } = thrown as { statusCode?: number; message: string };
    if (statusCode >= 500) options.onBug?.(thrown);
    const id = statusCode >= 500 ? "internal_server_error" : "bad_request";
    await send(reply, error(statusCode, id, message), platform, ending.signal);
  });
  for (const route of ROUTES)
    server.route({
      method: route.method,
      url: route.path,
      handler: async (request, reply) => {
        const closed = new AbortController();
        reply.raw.on("close", () => closed.abort());
        const answer = await answerTo(route, request, context, closed.signal);
        await send(reply, answer, platform, ending.signal);
      },
    });
  await server.ready();

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
  const opened = await listenOnLoopback(options.port, isExact, server.routing.bind(server), onUpgrade);
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
      await server.close();
    },
  });
}

type Guard = (headers: IncomingMessage["headers"], route: Pick<Route, "access">) => Verdict;

function createServer(context: ControlContext, guard: Guard): FastifyInstance {
  const server = Fastify({ forceCloseConnections: true, routerOptions: { ignoreTrailingSlash: true } });
  // every type is read as JSON, and no body at all is fine: the official client sends DELETE with a type and nothing
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, body === "" ? undefined : JSON.parse(String(body)));
    } catch {
      done(Object.assign(new Error("The body is not JSON."), { statusCode: 400 }));
    }
  });
  server.addHook("onRequest", async (request, reply) => {
    const path = request.routeOptions.url;
    const route = ROUTES.find(
      (row) => row.path === path && (row.method === request.method || row.method === "GET"),
    );
    const access = route?.access ?? "token";
    if (access === "open") return;
    const verdict = guard(request.headers, { access });
    if (verdict === "fine") return;
    await send(reply, REFUSALS[verdict], context.platform, new AbortController().signal);
  });
  server.setNotFoundHandler(async (request, reply) => {
    const words = `dynosim has no ${request.method} ${request.url.split("?", 1)[0]}.`;
    await send(reply, error(404, "not_found", words), context.platform, new AbortController().signal);
  });
  return server;
}

function answerTo(
  route: Route,
  { params, headers, body }: FastifyRequest,
  context: ControlContext,
  gone: AbortSignal,
): Promise<Answer> | Answer {
  const named = params as Readonly<Record<string, string>>;
  const { instance, name } = context.platform.app();
  if (named["app"] !== undefined && named["app"] !== name && named["app"] !== instance)
    return notFound("app");
  const { platform, isReady, url, logSessions, attachments, releaseOutputs } = context;
  const request: ApiRequest = {
    platform,
    isReady,
    url,
    logSessions,
    attachments,
    releaseOutputs,
    params: named,
    headers,
    body,
    gone,
  };
  return route.resource(request);
}

async function send(
  reply: FastifyReply,
  answer: Answer,
  platform: Platform,
  ending: AbortSignal,
): Promise<void> {
  if (answer.kind === "json") {
    // clients reckon "4m ago" on the platform's clock, which can be moved
    const now = new Date(platform.clock().now).toISOString();
    await reply
      .code(answer.status)
      .headers({ ...answer.headers, "Dynosim-Clock": now, "Content-Type": "application/json" })
      .send(JSON.stringify(answer.body));
    return;
  }
  reply.hijack();
  const { raw } = reply;
  const closed = new AbortController();
  raw.on("close", () => closed.abort());
  raw.writeHead(200, { "Content-Type": answer.contentType, "Cache-Control": "no-cache" });
  raw.flushHeaders();
  const sink: Sink = {
    write: (text) => {
      if (!raw.destroyed) raw.write(text);
    },
    drained: async () => {
      if (raw.writableNeedDrain) await once(raw, "drain", { signal: closed.signal }).catch(() => {});
    },
    backlog: () => raw.writableLength,
    gone: AbortSignal.any([closed.signal, ending]),
  };
  try {
    await answer.write(sink);
  } finally {
    raw.end();
  }
}
