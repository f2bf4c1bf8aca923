import type { RequestBody, RequestNews, RequestsBody } from "../../api/resources/request.ts";
import { fail, ok } from "../../kernel/result.ts";
import { withRunningApp, type AppClient } from "../app-of.ts";
import { usage, type Call, type Command, type Outcome } from "../command.ts";
import { newsLine, requestLines } from "../render/requests.ts";
import { print, printJson } from "../world.ts";

/** Done ones that are shown when nothing is said, and at most. */
const SHOWN = 20;
const KEPT = 500;

/** `requests`, `requests --tail`. Ours: Heroku shows such figures in its dashboard only. */
export const requests: Command = async (call) => {
  const count = Number(call.options.text("num") ?? SHOWN);
  if (!Number.isInteger(count) || count < 0 || count > KEPT)
    return usage(`-n takes a number from 0 to ${KEPT}.`, "For example: dynosim requests -n 50");
  return withRunningApp(call, (app) => show(call, app, count));
};

async function show({ world, options }: Call, app: AppClient, count: number): Promise<Outcome> {
  const path = `/dynosim${app.path}/requests`;
  const json = options.flag("json");
  if (options.flag("tail")) {
    const write = (news: RequestBody | { readonly dropped: number }): void =>
      print(world, json ? JSON.stringify(news) : newsLine(news));
    const ended = await app.control.stream(`${path}/events`, (data) => {
      const news = JSON.parse(data) as RequestNews;
      if ("figures" in news) [...newest(news, count).done, ...news.in_flight].forEach(write);
      else write(news);
    });
    return ended.ok ? fail(STREAM_ENDED) : ended;
  }
  const reply = await app.control.get<RequestsBody>(path);
  if (!reply.ok) return reply;
  const shown = newest(reply.value.body, count);
  if (json) printJson(world, shown);
  else for (const line of requestLines(app.name, shown, reply.value.now)) print(world, line);
  return ok(0);
}

function newest(body: RequestsBody, count: number): RequestsBody {
  return { ...body, done: count === 0 ? [] : body.done.slice(-count) };
}

const STREAM_ENDED = {
  title: "There are no more requests to follow.",
  body: "dynosim up has ended, or was ended.",
  next: "",
  exitCode: 1,
} as const;
