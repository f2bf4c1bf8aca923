import { OPEN_FILES } from "../../heroku/limits.ts";
import { localTime } from "./ago.ts";
import { formatDuration } from "../../kernel/duration.ts";
import { millis } from "../../kernel/units.ts";
import type { ClockFacts, EngineFacts, FormationEntry } from "../../platform/platform.ts";
import { megabytes } from "./aligned.ts";

export interface BoxFacts {
  readonly app: string;
  readonly url: string;
  readonly controlUrl: string;
  readonly release: number;
  readonly formation: readonly FormationEntry[];
  readonly clock: ClockFacts;
  readonly engine: EngineFacts | undefined;
}

/** What a user wants to know once the app runs. design.md 5 */
export function box(facts: BoxFacts): string[] {
  const rows: (readonly [string, string])[] = [
    ["URL", facts.url],
    ["Control", facts.controlUrl],
    ["Release", `v${facts.release}`],
    [
      "Processes",
      facts.formation.map((one) => `${one.type}=${one.quantity}:${one.size.label}`).join(" ") || "none",
    ],
    ...limits(facts.formation),
    ...notEnforced(facts.engine?.notEnforced ?? []),
    ["Clock", clockText(facts.clock)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return framed([`⬢ ${facts.app}`, ...rows.map(([name, value]) => `${name.padEnd(width)}${value}`)]);
}

/** The dyno types in use, each with what it allows. heroku.md 1.1 */
function limits(formation: readonly FormationEntry[]): readonly (readonly [string, string])[] {
  const sizes = new Map(
    formation.filter(({ quantity }) => quantity > 0).map(({ size }) => [size.name, size]),
  );
  return [...sizes.values()].map(({ label, memory, processes }) => [
    "Limits",
    `${label}: ${megabytes(memory).replace(".0", "")}, ${processes} processes, ${OPEN_FILES} open files`,
  ]);
}

/** Named only: the reasons are long, and `dynosim doctor` gives them. */
function notEnforced(limits: readonly string[]): readonly (readonly [string, string])[] {
  if (limits.length === 0) return [];
  return [
    ["Not enforced", `${limits.map((limit) => limit.replace(/:.*$/s, "")).join(", ")} (see dynosim doctor)`],
  ];
}

function framed(lines: readonly string[]): string[] {
  const width = Math.max(...lines.map((line) => line.length));
  const edge = "─".repeat(width + 2);
  return [`┌${edge}┐`, ...lines.map((line) => `│ ${line.padEnd(width)} │`), `└${edge}┘`];
}

function clockText({ offset, paused, now }: ClockFacts): string {
  if (paused) return `paused at ${localTime(new Date(now))}`;
  if (offset === 0) return "real time";
  return offset > 0
    ? `${formatDuration(offset)} ahead`
    : `${formatDuration(millis(Math.abs(offset)))} behind`;
}
