// node:http rather than undici: importing undici alone takes longer than everything `dynosim ps` does.
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Socket } from "node:net";
import type { Progress } from "../api/resources/build.ts";
import type { ErrorBody } from "../api/respond.ts";
import { LineSplitter } from "../kernel/lines.ts";
import { http } from "../platform/node-http.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { Explanation } from "../platform/failure.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Reply<T> {
  readonly body: T;
  /** Platform time when it was answered. */
  readonly now: Date;
}

const LONGEST_LINE = 64 * 1024 * 1024;

/** The control API as the commands see it. What comes back is believed: it is our own server's. */
export class ControlClient {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  async get<T>(path: string, headers: OutgoingHttpHeaders = {}): Promise<Result<Reply<T>, Explanation>> {
    return this.#call("GET", path, undefined, headers);
  }

  /** Once `given` is aborted nobody listens any more: the app is told by a connection that breaks off. */
  async send<T>(
    method: Method,
    path: string,
    body?: unknown,
    given?: AbortSignal,
  ): Promise<Result<Reply<T>, Explanation>> {
    return this.#call(method, path, body, {}, given);
  }

  /** A POST that tells as it goes: `onLine` for each line, then the result. */
  async follow<T>(
    path: string,
    body: unknown,
    onLine: (line: string) => void,
  ): Promise<Result<T, Explanation>> {
    const response = await this.#open("POST", path, body, {});
    if (!response.ok) return response;
    if (response.value.statusCode !== 200) return fail(explanationOf(await textOf(response.value)));
    let end: Result<T, Explanation> = fail(BROKEN_OFF);
    const splitter = new LineSplitter(LONGEST_LINE, (line) => {
      const progress = JSON.parse(line) as Progress<T>;
      if ("line" in progress) onLine(progress.line);
      else end = "result" in progress ? ok(progress.result) : fail(wordsOf(progress.error));
    });
    const read = await readInto(response.value, splitter);
    return read ? end : fail(BROKEN_OFF);
  }

  /** Server-sent events of `url`: `onData` for each. True when the server ended them, false when they broke off. */
  async events(url: string, onData: (data: string) => void): Promise<Result<boolean, Explanation>> {
    return this.stream(new URL(url).pathname, onData);
  }

  /** The same of a path of the API. */
  async stream(path: string, onData: (data: string) => void): Promise<Result<boolean, Explanation>> {
    const response = await this.#open("GET", path, undefined, {});
    if (!response.ok) return response;
    if (response.value.statusCode !== 200) return fail(explanationOf(await textOf(response.value)));
    const splitter = new LineSplitter(LONGEST_LINE, (line) => {
      if (line.startsWith("data: ")) onData(line.slice("data: ".length));
    });
    return ok(await readInto(response.value, splitter));
  }

  /** A text that may still be growing: `onText` for each piece. False when it broke off. */
  async text(url: string, onText: (text: string) => void): Promise<Result<boolean, Explanation>> {
    const response = await this.#open("GET", new URL(url).pathname, undefined, {});
    if (!response.ok) return response;
    if (response.value.statusCode !== 200) return fail(explanationOf(await textOf(response.value)));
    response.value.setEncoding("utf8");
    try {
      for await (const text of response.value) onText(String(text));
      return ok(true);
    } catch {
      return ok(false);
    }
  }

  /** The raw connection behind an `attach_url`, once the server has switched. */
  async attach(
    url: string,
    protocol: string,
  ): Promise<Result<{ socket: Socket; head: Buffer }, Explanation>> {
    return new Promise((resolve) => {
      const call = http.request(this.#target(new URL(url).pathname), {
        headers: { ...this.#headers(), Connection: "Upgrade", Upgrade: protocol },
      });
      call.on("upgrade", (_response, socket: Socket, head) => resolve(ok({ socket, head })));
      call.on("response", (response) => {
        void textOf(response).then((text) => resolve(fail(explanationOf(text))));
      });
      call.on("error", (error) => resolve(fail(unreachable(this.#url, error))));
      call.end();
    });
  }

  async #call<T>(
    method: Method,
    path: string,
    body: unknown,
    headers: OutgoingHttpHeaders,
    given?: AbortSignal,
  ): Promise<Result<Reply<T>, Explanation>> {
    const response = await this.#open(method, path, body, headers, given);
    if (!response.ok) return response;
    const text = await textOf(response.value);
    if ((response.value.statusCode ?? 500) >= 400) return fail(explanationOf(text));
    const clock = response.value.headers["dynosim-clock"];
    return ok({ body: JSON.parse(text) as T, now: new Date(String(clock)) });
  }

  #open(
    method: Method,
    path: string,
    body: unknown,
    headers: OutgoingHttpHeaders,
    given?: AbortSignal,
  ): Promise<Result<IncomingMessage, Explanation>> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve) => {
      const call = http.request(this.#target(path), {
        method,
        headers: { ...this.#headers(), ...headers },
        ...(given === undefined ? {} : { signal: given }),
      });
      call.on("response", (response) => resolve(ok(response)));
      call.on("error", (error) => resolve(fail(unreachable(this.#url, error))));
      call.end(payload);
    });
  }

  /** By number: looking `localhost` up costs some milliseconds. */
  #target(path: string): URL {
    const target = new URL(path, this.#url);
    if (target.hostname === "localhost") target.hostname = "127.0.0.1";
    return target;
  }

  #headers(): OutgoingHttpHeaders {
    return {
      Accept: "application/vnd.heroku+json; version=3",
      Authorization: `Bearer ${this.#token}`,
      "Content-Type": "application/json",
    };
  }
}

const BROKEN_OFF: Explanation = {
  title: "The connection to the app broke off.",
  body: "dynosim up has ended, or was ended, in the middle of this.",
  next: "Start it again: dynosim up",
  exitCode: 1,
};

function unreachable(url: string, error: Error): Explanation {
  return {
    title: "The app does not answer.",
    body: `Asked ${url}: ${error.message}.`,
    next: "If dynosim up is no longer there, start it again: dynosim up",
    exitCode: 1,
  };
}

function explanationOf(text: string): Explanation {
  try {
    return wordsOf(JSON.parse(text) as ErrorBody);
  } catch {
    return { title: "The app gave an answer that is no JSON.", body: text, next: "", exitCode: 1 };
  }
}

/** What the API cannot read came from the command line, so that is wrong usage. design.md 5 */
function wordsOf({ id, message, dynosim }: ErrorBody): Explanation {
  return dynosim ?? { title: message, body: "", next: "", exitCode: id === "invalid_params" ? 2 : 1 };
}

async function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding("utf8");
  let text = "";
  try {
    for await (const chunk of response) text += String(chunk);
  } catch {
    // an answer cut short is judged by what came
  }
  return text;
}

async function readInto(response: IncomingMessage, splitter: LineSplitter): Promise<boolean> {
  try {
    for await (const chunk of response) splitter.push(chunk as Uint8Array);
  } catch {
    return false;
  }
  splitter.flush();
  return true;
}
