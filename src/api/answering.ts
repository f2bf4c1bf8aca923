import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { once } from "node:events";
import type { IncomingMessage, RequestListener } from "node:http";
import type { Platform } from "../platform/platform.ts";
import type { ControlContext } from "./control.ts";
import type { Answer, ApiRequest, Sink } from "./exchange.ts";
import type { Verdict } from "./guard.ts";
import { error, notFound } from "./respond.ts";
import { ROUTES, type Route } from "./routes.ts";

const REFUSALS: Readonly<Record<Exclude<Verdict, "fine">, Answer>> = {
  "foreign-host": error(403, "forbidden", "This Host is not served here."),
  "foreign-origin": error(403, "forbidden", "Pages of other origins may not ask."),
  "no-token": error(401, "unauthorized", "Invalid credentials provided."),
};

export interface AnsweringOptions {
  readonly guard: Guard;
  /** Streams end with it. */
  readonly ending: AbortSignal;
  /** A bug of dynosim: the request got a 500. */
  readonly onBug: (error: unknown) => void;
}

/** What answers the control API's requests, once they have come over a socket of `server.ts`. */
export interface Answering {
  readonly answer: RequestListener;
  close(): Promise<void>;
}

export async function openAnswering(
  context: ControlContext,
  { guard, ending, onBug }: AnsweringOptions,
): Promise<Answering> {
  const { platform } = context;
  const server = createServer(context, guard);
  server.setErrorHandler(async (thrown, _request, reply) => {
    const { statusCode = 500, message } = thrown as { statusCode?: number; message: string };
    if (statusCode >= 500) onBug(thrown);
    const id = statusCode >= 500 ? "internal_server_error" : "bad_request";
    await send(reply, error(statusCode, id, message), platform, ending);
  });
  for (const route of ROUTES)
    server.route({
      method: route.method,
      url: route.path,
      handler: async (request, reply) => {
        const closed = new AbortController();
        reply.raw.on("close", () => closed.abort());
        const answer = await answerTo(route, request, context, closed.signal);
        await send(reply, answer, platform, ending);
      },
    });
  await server.ready();
  return { answer: server.routing.bind(server), close: () => server.close() };
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
