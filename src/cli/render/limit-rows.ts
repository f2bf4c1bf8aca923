import { cpusOf, CORES_PER_COMPUTE, type DynoType } from "../../heroku/dyno-types.ts";
import { OPEN_FILES } from "../../heroku/limits.ts";
import type { EngineFacts, Enforcement, FormationEntry, LimitFact } from "../../platform/platform.ts";
import { megabytes } from "./aligned.ts";

export type Row = readonly [name: string, value: string];

/** What the dyno types in use allow, and where it is other than on Heroku. design.md 5, heroku.md 1.1 */
export function limitRows(
  formation: readonly FormationEntry[],
  enforcement: Enforcement,
  engine: EngineFacts | undefined,
): readonly Row[] {
  const used = formation.filter(({ quantity }) => quantity > 0).map(({ size }) => [size.name, size] as const);
  const types = [...new Map(used).values()];
  return [
    ...types.map((type): Row => ["Limits", allowed(type)]),
    ...memoryRow(enforcement, engine),
    ...(types.length === 0 ? [] : [cpuRow(types, enforcement, engine)]),
    ...notEnforced(engine),
  ];
}

function allowed({ label, memory, processes }: DynoType): string {
  return `${label}: ${megabytes(memory).replace(".0", "")}, ${processes} processes, ${OPEN_FILES} open files`;
}

function memoryRow({ memory }: Enforcement, engine: EngineFacts | undefined): readonly Row[] {
  if (memory === "strict")
    return [["Memory", "strict: killed at the quota itself (R15), without R14 before it"]];
  if (engine === undefined || (engine.means.kind === "containers" && engine.means.swap)) return [];
  const why = engine.means.kind === "containers" ? "no swap here" : "only looked at";
  return [["Memory", `${why}: over its quota a dyno gets R14, but is not slowed down as on Heroku`]];
}

function cpuRow(types: readonly DynoType[], { cpu }: Enforcement, engine: EngineFacts | undefined): Row {
  const caps = engine?.limits.find(({ limit }) => limit === "cpu-share")?.how !== "absent";
  if (cpu === "machine" || !caps) {
    const shares = types.map(({ label, compute: { least, most } }) =>
      least === most ? `${label} ${most}x` : `${label} ${least}x to ${most}x`,
    );
    const remedy = caps ? "--cpu dyno caps it" : "this engine cannot cap it";
    return ["CPU", `not capped (on Heroku ${shares.join(", ")}); ${remedy}`];
  }
  const cores = types.map((type) => `${type.label} ${cpusOf(type)}`);
  return ["CPU", `cores at most: ${cores.join(", ")} (1x taken for ${CORES_PER_COMPUTE} of a core)`];
}

/** Named only: the reasons are long, and `dynosim doctor` gives them. Without containers `up` has told them at its start. */
function notEnforced(engine: EngineFacts | undefined): readonly Row[] {
  const named = missed(engine?.limits ?? []).map(limitName);
  if (engine?.means.kind === "processes")
    return [
      ["Engine", `no containers: ${named.length} of its limits are not as on Heroku (see the table above)`],
    ];
  return named.length === 0 ? [] : [["Not enforced", `${named.join(", ")} (see dynosim doctor)`]];
}

/** Those that hold in part only, or not at all. */
export function missed(limits: readonly LimitFact[]): readonly LimitFact[] {
  return limits.filter(({ how }) => how === "partly" || how === "absent");
}

export function limitName({ limit }: LimitFact): string {
  return limit.replaceAll("-", " ").replace(/^cpu/, "CPU");
}
