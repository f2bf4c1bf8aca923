import { spawnSync } from "node:child_process";
import type { InfoBody } from "../../api/resources/life.ts";
import type { StackImagesBody } from "../../api/resources/stack-image.ts";
import { fail, ok } from "../../kernel/result.ts";
import { withApp, type AppClient } from "../app-of.ts";
import type { Command } from "../command.ts";
import type { EngineFacts } from "../../platform/platform.ts";
import { columns } from "../render/aligned.ts";
import { limitName, missed } from "../render/limit-rows.ts";
import { print, printJson } from "../world.ts";

interface Finding {
  readonly verdict: "ok" | "note" | "missing";
  readonly what: string;
  readonly detail: string;
}

/** What this machine has of what dynosim needs; nothing is told that was not looked at. */
export const doctor: Command = async (call) =>
  withApp(call, async (app) => {
    const { world, options } = call;
    const info = await app.control.get<InfoBody>(`/dynosim${app.path}/info`);
    if (!info.ok) return info;
    const { engine, engineError } = info.value.body;
    const findings: readonly Finding[] = [
      { verdict: "ok", what: "Node", detail: process.version },
      git(),
      ...engineFindings(info.value.body),
      ...(engine === null ? [] : await imageFindings(app)),
    ];
    if (options.flag("json")) printJson(world, findings);
    else
      for (const line of columns(findings.map(({ verdict, what, detail }) => [verdict, what, detail])))
        print(world, line);
    if (engine !== null) return ok(0);
    const words = engineError?.dynosim;
    return fail(words ?? { title: "No engine answers.", body: "", next: "", exitCode: 3 });
  });

function git(): Finding {
  const { status, stdout } = spawnSync("git", ["--version"], { encoding: "utf8" });
  return status === 0
    ? { verdict: "ok", what: "git", detail: stdout.trim().replace(/^git version /, "") }
    : {
        verdict: "note",
        what: "git",
        detail: "not found: the whole folder is built, as with --working-tree",
      };
}

function engineFindings({ engine, engineError }: InfoBody): readonly Finding[] {
  if (engine === null)
    return [{ verdict: "missing", what: "engine", detail: engineError?.message ?? "none answers" }];
  return [
    { verdict: "ok", what: "engine", detail: engineLine(engine) },
    ...(engine.means.kind === "containers"
      ? containerFindings(engine, engine.means)
      : processFindings(engine.means)),
    ...missed(engine.limits).map((limit): Finding => ({
      verdict: "note",
      what: "limit",
      detail: `not ${limit.how === "partly" ? "quite as on Heroku" : "enforced"}: ${limitName(limit)}: ${limit.detail}`,
    })),
  ];
}

function engineLine({ product, version, architecture, means }: EngineFacts): string {
  return means.kind === "containers"
    ? `${product} ${version} (API ${means.apiVersion}) at ${means.socket}`
    : `${product} ${version}, ${architecture}, in ${means.folder}`;
}

function containerFindings(
  { architecture }: EngineFacts,
  { storage, cgroup, swap }: Extract<EngineFacts["means"], { kind: "containers" }>,
): readonly Finding[] {
  return [
    { verdict: "ok", what: "storage", detail: `${storage}, ${architecture}, cgroup v${cgroup}` },
    swap
      ? { verdict: "ok", what: "swap", detail: "counted" }
      : {
          verdict: "note",
          what: "swap",
          detail:
            "none, or not counted: a dyno over its quota is not slowed down as on Heroku, only told of (R14)",
        },
  ];
}

function processFindings({
  confinement,
  reason,
  processTable,
  missing,
}: Extract<EngineFacts["means"], { kind: "processes" }>): readonly Finding[] {
  const why = reason === undefined ? "" : ` (${reason})`;
  return [
    confinement === "none"
      ? { verdict: "note", what: "shut in", detail: `not at all${why}` }
      : { verdict: "ok", what: "shut in", detail: `by ${confinement}${why}` },
    { verdict: "ok", what: "processes", detail: `seen by ${processTable === "proc" ? "/proc" : "ps"}` },
    ...missing.map(({ program, remedy }): Finding => ({
      verdict: "missing",
      what: "program",
      detail: `${program}: ${remedy}`,
    })),
  ];
}

async function imageFindings({ control }: AppClient): Promise<readonly Finding[]> {
  const reply = await control.get<StackImagesBody>("/dynosim/images");
  if (!reply.ok) return [{ verdict: "missing", what: "images", detail: reply.failure.title }];
  const { images, minors } = reply.value.body;
  const here = [...new Set(images.map(({ minor }) => minor))];
  const missing = minors.filter((minor) => !here.includes(minor));
  return [
    here.length === 0
      ? { verdict: "note", what: "images", detail: `none yet; Python ${minors.join(", ")} can be built` }
      : {
          verdict: "ok",
          what: "images",
          detail: `Python ${here.join(", ")}${missing.length === 0 ? "" : ` (when first wanted: ${missing.join(", ")})`}`,
        },
  ];
}
