import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { InfoBody } from "../../api/resources/life.ts";
import type { StackImagesBody } from "../../api/resources/stack-image.ts";
import { fail, ok } from "../../kernel/result.ts";
import { withApp, type AppClient } from "../app-of.ts";
import type { Command } from "../command.ts";
import type { EngineReport } from "../../platform/platform.ts";
import { columns } from "../render/aligned.ts";
import { fullEngine, type Machine } from "../render/full-engine.ts";
import { limitName } from "../render/limit-rows.ts";
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
      ...(engine === null ? [] : await stackFindings(app, engine)),
      ...limitFindings(engine),
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
  const { means, passedOver } = engine;
  return [
    { verdict: "ok", what: "engine", detail: engineLine(engine) },
    ...(passedOver === undefined ? [] : [note("engine", passedOver)]),
    ...(means.kind === "containers" ? containerFindings(engine, means) : processFindings(engine, means)),
  ];
}

function limitFindings(engine: EngineReport | null): readonly Finding[] {
  return (engine?.limits ?? [])
    .filter(({ how }) => how !== "enforced")
    .map((limit) => note("limit", `${HOW[limit.how]}: ${limitName(limit)}: ${limit.detail}`));
}

const HOW = {
  enforced: "enforced",
  sampled: "sampled only",
  partly: "not quite as on Heroku",
  absent: "not enforced",
} as const;

function note(what: string, detail: string): Finding {
  return { verdict: "note", what, detail };
}

function engineLine({ product, version, architecture, means }: EngineReport): string {
  return means.kind === "containers"
    ? `${product} ${version} (API ${means.apiVersion}) at ${means.socket}`
    : `${product} (${version}, ${architecture}) in ${means.folder}`;
}

function containerFindings(
  { architecture }: EngineReport,
  { storage, cgroup, swap }: Extract<EngineReport["means"], { kind: "containers" }>,
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

function processFindings(
  { choice }: EngineReport,
  { confinement, reason, processTable }: Extract<EngineReport["means"], { kind: "processes" }>,
): readonly Finding[] {
  const unasked = choice === "process" ? "is it here? dynosim doctor --engine docker. To install it: " : "";
  const why = reason === undefined ? "" : ` (${reason})`;
  return [
    confinement === "none"
      ? note("shut in", `dynos are not${why}`)
      : { verdict: "ok", what: "shut in", detail: `by ${confinement}${why}` },
    { verdict: "ok", what: "processes", detail: `seen by ${processTable === "proc" ? "/proc" : "ps"}` },
    note("full engine", `${unasked}${fullEngine(thisMachine())}`),
  ];
}

function thisMachine(): Machine {
  const file = "/etc/os-release";
  return { platform: process.platform, release: existsSync(file) ? readFileSync(file, "utf8") : "" };
}

/** What an app is built and run on. */
async function stackFindings({ control }: AppClient, { means }: EngineReport): Promise<readonly Finding[]> {
  const reply = await control.get<StackImagesBody>("/dynosim/images");
  if (!reply.ok) return [{ verdict: "missing", what: "images", detail: reply.failure.title }];
  const { body } = reply.value;
  if (means.kind === "containers") return [imageFinding(body)];
  const programs = body.lacking.map(({ program, remedy }): Finding => ({
    verdict: "missing",
    what: "program",
    detail: remedy === undefined ? program : `${program}: ${remedy}`,
  }));
  return [pythonFinding(body), ...programs];
}

function pythonFinding({ images }: StackImagesBody): Finding {
  const found = images.filter(({ role }) => role === "build");
  return found.length === 0
    ? note("Python", "none found here that a build can use; apps in other languages need none")
    : {
        verdict: "ok",
        what: "Python",
        detail: found.map(({ minor, reference }) => `${minor} (${reference})`).join(", "),
      };
}

function imageFinding({ images, minors }: StackImagesBody): Finding {
  const here = [...new Set(images.map(({ minor }) => minor))];
  const missing = minors.filter((minor) => !here.includes(minor));
  return here.length === 0
    ? note("images", `none yet; Python ${minors.join(", ")} can be built`)
    : {
        verdict: "ok",
        what: "images",
        detail: `Python ${here.join(", ")}${missing.length === 0 ? "" : ` (when first wanted: ${missing.join(", ")})`}`,
      };
}
