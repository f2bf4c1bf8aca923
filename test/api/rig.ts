import { request, type IncomingHttpHeaders } from "node:http";
import { openControl, type Control } from "../../src/api/server.ts";
import { PuppetPlatform } from "./puppet-platform.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Parsed where it is JSON. */
  readonly body: unknown;
}

export interface Ask {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string;
}

/** A control server over a puppet platform, and a client that knows the token. */
export interface ApiRig extends AsyncDisposable {
  readonly platform: PuppetPlatform;
  readonly control: Control;
  ask(method: string, path: string, ask?: Ask): Promise<Answer>;
}

export async function openRig(platform: PuppetPlatform = new PuppetPlatform()): Promise<ApiRig> {
  const opened = await openControl(platform, { port: 0 });
  if (!opened.ok) throw new Error(opened.failure.kind);
  const control = opened.value;
  return {
    platform,
    control,
    ask: (method, path, ask = {}) =>
      send(control.port, method, path, {
        ...ask,
        headers: { authorization: `Bearer ${control.token}`, ...ask.headers },
      }),
    [Symbol.asyncDispose]: () => control[Symbol.asyncDispose](),
  };
}

export function send(
  port: number,
  method: string,
  path: string,
  ask: Ask,
  host = "127.0.0.1",
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ host, port, method, path, headers: ask.headers ?? {} }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("error", reject);
      response.on("end", () => {
        const isJson = response.headers["content-type"]?.startsWith("application/json") === true;
        const body: unknown = isJson ? JSON.parse(text) : undefined;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body });
      });
    });
    call.on("error", reject);
    call.end(ask.raw ?? (ask.body === undefined ? undefined : JSON.stringify(ask.body)));
  });
}
