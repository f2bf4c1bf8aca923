import type { FormationBody } from "../../api/resources/formation.ts";
import type { InfoBody } from "../../api/resources/life.ts";
import { formatDuration } from "../../kernel/duration.ts";
import { ok } from "../../kernel/result.ts";
import { millis } from "../../kernel/units.ts";
import type { EngineReport } from "../../platform/platform.ts";
import { withApp } from "../app-of.ts";
import type { Command } from "../command.ts";
import { localTime } from "../render/ago.ts";
import { megabytes, namesAndValues } from "../render/aligned.ts";
import { NOTICEABLE } from "../render/box.ts";
import { limitName, missed } from "../render/limit-rows.ts";
import { eraText } from "../render/era-text.ts";
import { secureUrl } from "../render/secure-url.ts";
import { print, printJson } from "../world.ts";

/** Heroku's keys where they mean something here, then ours. heroku.md 9 */
export const info: Command = async (call) =>
  withApp(call, async ({ name, path, control, run }) => {
    const { world, options } = call;
    const [facts, formation] = await Promise.all([
      control.get<InfoBody>(`/dynosim${path}/info`),
      control.get<readonly FormationBody[]>(`${path}/formation`),
    ]);
    if (!facts.ok) return facts;
    if (!formation.ok) return formation;
    const isUp = run !== undefined;
    if (options.flag("json")) {
      printJson(world, { ...facts.value.body, up: isUp, formation: formation.value.body });
      return ok(0);
    }
    print(world, `=== ⬢ ${name}`);
    print(world);
    const rows = describe(facts.value.body, formation.value.body, isUp);
    for (const line of namesAndValues(rows)) print(world, line);
    return ok(0);
  });

function engineText({ product, version, means }: EngineReport): string {
  return means.kind === "containers" ? `${product} ${version}` : `${product} (${version})`;
}

/** Details: `dynosim doctor`. */
function missing({ limits }: EngineReport): string {
  return missed(limits).map(limitName).join(", ");
}

/** `legacy (route-times off)` */
type Rows = readonly (readonly [string, string])[];

function describe(
  { app, clock, engine }: InfoBody,
  formation: readonly FormationBody[],
  isUp: boolean,
): Rows {
  const running = isUp
    ? [
        ["Web URL", app.webUrl ?? "none"],
        ["HTTPS URL", secureUrl(app.webUrl ?? "none")],
        ["Control URL", app.controlUrl ?? "none"],
      ]
    : [["Web URL", "not up (start it: dynosim up)"]];
  const rows: (readonly [string, string])[] = [
    ...running.map(([key = "", value = ""]) => [key, value] as const),
    ["Folder", app.folder],
    ["Created", localTime(new Date(app.createdAt))],
    ["Owner", app.owner],
    ["Stack", app.stack],
    ["Era", eraText(app)],
    ["Slug Size", app.slugSize === undefined ? "not measured" : megabytes(app.slugSize)],
    ["Dynos", formation.map((one) => `${one.type}: ${one.quantity}`).join(", ") || "none"],
    ["Engine", engine === null ? "none answers" : engineText(engine)],
    ...(engine === null || engine.means.kind === "containers"
      ? []
      : [["Not as on Heroku", missing(engine)] as const]),
  ];
  if (isUp) {
    rows.push([
      "Clock",
      Math.abs(clock.offset_ms) < NOTICEABLE
        ? "real time"
        : `${formatDuration(millis(Math.abs(clock.offset_ms)))} ${clock.offset_ms > 0 ? "ahead" : "behind"}`,
    ]);
    rows.push(["dynosim", `${app.dynosimVersion}, pid ${app.pid}, ${megabytes(app.memory)}`]);
  }
  return rows;
}
