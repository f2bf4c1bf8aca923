import type { Attach, DynoFacts, DynoTarget, Platform } from "../../platform/platform.ts";
import type { ControlContext } from "../control.ts";
import { fields, reference, text, texts } from "../decode.ts";
import { json, type Answer, type ApiRequest, type Resource } from "../exchange.ts";
import { apiTime } from "../identity.ts";
import { page } from "../range.ts";
import { invalid, notFound, refused } from "../respond.ts";
import { appReference } from "./app.ts";

export interface DynoBody {
  readonly attach_url: string | null;
  readonly command: string;
  readonly created_at: string;
  readonly id: string;
  readonly name: string;
  readonly release: { readonly id: string; readonly version: number };
  readonly app: { readonly id: string; readonly name: string };
  readonly size: string;
  readonly state: string;
  readonly type: string;
  readonly updated_at: string;
}

export const listDynos: Resource = ({ platform, headers }) =>
  page(
    platform.dynos().map((dyno) => dynoBody(platform, dyno)),
    headers.range,
    { id: (dyno) => dyno.id, name: (dyno) => dyno.name, created_at: (dyno) => dyno.created_at },
  );

export const showDyno: Resource = ({ platform, params }) => {
  const dyno = findDyno(platform, params["dyno"] ?? "");
  return dyno === undefined ? notFound("dyno") : json(200, dynoBody(platform, dyno));
};

export const restartDynos: Resource = ({ platform }) => restart(platform, { kind: "all" });

export const restartDyno: Resource = ({ platform, params }) =>
  restart(platform, targetOf(platform, params["dyno"] ?? ""));

export const restartType: Resource = ({ platform, params }) =>
  restart(platform, { kind: "type", type: params["type"] ?? "" });

export const stopDyno: Resource = ({ platform, params }) =>
  stop(platform, targetOf(platform, params["dyno"] ?? ""));

export const stopType: Resource = ({ platform, params }) =>
  stop(platform, { kind: "type", type: params["type"] ?? "" });

/** `run`: `attach` true gives an `attach_url`, false lets the output go to the log. heroku-cli.md 2 */
export const runDyno: Resource = async (request) => {
  const body = fields(request.body);
  const command = text(body["command"]);
  const env = texts(body["env"]);
  if (command === undefined || command.trim() === "") return invalid("A dyno needs a command.");
  if (env === undefined) return invalid("env must be an object of names and values.");
  const attach = body["attach"] === true ? attachOf(env, body["force_no_tty"] === true) : undefined;
  const started = await request.platform.run({
    command,
    env: attach?.kind === "terminal" ? withoutTerminal(env) : env,
    size: reference(body["size"]) ?? reference(body["dyno_size"]),
    attach,
    type: text(body["type"]),
  });
  if (!started.ok) return refused(started.failure);
  const oneOff = started.value;
  const secret = attach === undefined ? undefined : request.attachments.keep(oneOff);
  return json(201, oneOffBody(request, oneOff, command, secret));
};

/** Heroku's path for a process inside a running dyno (`run:inside`), which `ps:exec` takes here. heroku-cli.md 3 */
export const execInDyno: Resource = async (request) => {
  const body = fields(request.body);
  const command = text(body["command"]);
  const env = texts(body["env"]);
  const dyno = request.params["dyno"] ?? "";
  if (command === undefined || command.trim() === "") return invalid("A process needs a command.");
  if (env === undefined) return invalid("env must be an object of names and values.");
  const attach = attachOf(env, body["force_no_tty"] === true);
  const name = findDyno(request.platform, dyno)?.name ?? dyno;
  const started = await request.platform.exec(name, { command, attach });
  if (!started.ok) return refused(started.failure);
  const secret = request.attachments.keep(started.value);
  const facts = findDyno(request.platform, name);
  if (facts === undefined) return notFound("dyno"); // it ended this moment, and the process with it
  const joined: DynoBody = {
    ...dynoBody(request.platform, facts),
    command,
    attach_url: attachUrl(request, secret),
  };
  return json(201, joined);
};

function attachUrl({ url }: ControlContext, secret: string): string {
  return `${url}/dynosim/attach/${secret}`;
}

/** The window's size comes once in the environment, as the official client sends it; ours resizes later. heroku-cli.md 3 */
function attachOf(env: Readonly<Record<string, string>>, noTerminal: boolean): Attach {
  if (noTerminal) return { kind: "pipe" };
  return {
    kind: "terminal",
    columns: Number(env["COLUMNS"]) || 80,
    rows: Number(env["LINES"]) || 24,
    term: env["TERM"] ?? "xterm",
  };
}

/** In the dyno these would outvote the terminal's own size after a resize. */
function withoutTerminal(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { COLUMNS: _columns, LINES: _lines, TERM: _term, ...rest } = env;
  return rest;
}

function oneOffBody(
  request: ApiRequest,
  oneOff: { readonly id: string; readonly name: string; readonly size: string },
  command: string,
  secret: string | undefined,
): DynoBody {
  const { platform } = request;
  const facts = platform.dynos().find((dyno) => dyno.name === oneOff.name);
  const release = platform.releases().at(-1);
  const at = apiTime(facts?.since ?? platform.clock().now);
  return {
    attach_url: secret === undefined ? null : attachUrl(request, secret),
    command,
    created_at: at,
    id: oneOff.id,
    name: oneOff.name,
    release: { id: release?.id ?? oneOff.id, version: release?.version ?? 0 },
    app: appReference(platform),
    size: oneOff.size,
    state: facts?.state ?? "starting",
    type: oneOff.name.replace(/\.\d+$/, ""),
    updated_at: at,
  };
}

function dynoBody(platform: Platform, dyno: DynoFacts): DynoBody {
  const release = platform.releases().find(({ version }) => version === dyno.releaseVersion);
  return {
    attach_url: null,
    command: dyno.command,
    created_at: apiTime(dyno.since),
    id: dyno.id,
    name: dyno.name,
    release: { id: release?.id ?? dyno.id, version: dyno.releaseVersion },
    app: appReference(platform),
    size: dyno.size.label,
    state: dyno.state,
    type: dyno.type,
    updated_at: apiTime(dyno.since),
  };
}

async function restart(platform: Platform, target: DynoTarget): Promise<Answer> {
  const done = await platform.restart(target);
  return done.ok ? json(202, {}) : refused(done.failure);
}

async function stop(platform: Platform, target: DynoTarget): Promise<Answer> {
  const done = await platform.stop(target);
  return done.ok ? json(202, {}) : refused(done.failure);
}

function findDyno(platform: Platform, nameOrId: string): DynoFacts | undefined {
  return platform.dynos().find((dyno) => dyno.name === nameOrId || dyno.id === nameOrId);
}

/** Older clients put a process type where a dyno stands: `ps:restart web`. */
function targetOf(platform: Platform, name: string): DynoTarget {
  const dyno = findDyno(platform, name);
  if (dyno !== undefined) return { kind: "dyno", dyno: dyno.name };
  return name.includes(".") ? { kind: "dyno", dyno: name } : { kind: "type", type: name };
}
