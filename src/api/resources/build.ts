import type { BuildOptions, Built, SourceChoice } from "../../platform/platform.ts";
import { fields, text, texts } from "../decode.ts";
import type { Resource, Sink } from "../exchange.ts";
import { errorBody, invalid, type ErrorBody } from "../respond.ts";

/** One line of the answer: output as it comes, then how it ended. */
export type Progress<T> = { readonly line: string } | { readonly result: T } | { readonly error: ErrorBody };

export type BuiltBody = Built;

/** Ours: compiles a slug and stops, telling as it goes (one JSON value a line). */
export const createBuild: Resource = ({ platform, body }) => {
  const wanted = fields(body);
  const extraEnv = texts(wanted["env"]);
  const source = readSource(wanted["source"]);
  if (extraEnv === undefined) return invalid("env must be an object of names and values.");
  if (source === undefined) return invalid("source must be tracked, working-tree or a ref.");
  return {
    kind: "stream",
    contentType: "application/x-ndjson",
    write: async (sink) => {
      const built = await platform.build({
        source,
        strict: wanted["strict"] === true,
        ...(wanted["offline"] === true ? { offline: true } : {}),
        extraEnv,
        ...builders(wanted),
        slugFile: text(wanted["slug_file"]),
        onLine: (line) => tell<BuiltBody>(sink, { line }),
        // a build may write faster than its reader reads: what is not taken would be held in memory
        drained: () => sink.drained(),
        signal: sink.gone,
      });
      tell<BuiltBody>(sink, built.ok ? { result: built.value } : { error: errorBody(built.failure) });
    },
  };
};

/** Of this build only; what is none of the kind is as if it were not there. */
function builders(wanted: Readonly<Record<string, unknown>>): Pick<BuildOptions, "buildpacks" | "images"> {
  const { buildpacks, stack_images: images } = wanted;
  const { build, run } = fields(images);
  const [forBuild, forRun] = [text(build), text(run)];
  return {
    ...(Array.isArray(buildpacks) ? { buildpacks: buildpacks.map(String) } : {}),
    ...(images === "own" ? { images } : {}),
    ...(forBuild !== undefined && forRun !== undefined ? { images: { build: forBuild, run: forRun } } : {}),
  };
}

export function tell<T>(sink: Sink, progress: Progress<T>): void {
  sink.write(`${JSON.stringify(progress)}\n`);
}

function readSource(value: unknown): SourceChoice | undefined {
  const { kind = "tracked", ref } = fields(value);
  const name = text(ref);
  if (kind === "ref") return name === undefined ? undefined : { kind, ref: name };
  return kind === "tracked" || kind === "working-tree" ? { kind } : undefined;
}
