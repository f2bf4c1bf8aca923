import { localTime } from "./ago.ts";
import { formatDuration } from "../../kernel/duration.ts";
import { millis } from "../../kernel/units.ts";
import type { ClockFacts, EngineFacts, Enforcement, FormationEntry } from "../../platform/platform.ts";
import { limitRows } from "./limit-rows.ts";

export interface BoxFacts {
  readonly app: string;
  readonly url: string;
  readonly controlUrl: string;
  readonly release: number;
  readonly formation: readonly FormationEntry[];
  readonly clock: ClockFacts;
  readonly enforcement: Enforcement;
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
    ...limitRows(facts.formation, facts.enforcement, facts.engine),
    ["Clock", clockText(facts.clock)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return framed([`⬢ ${facts.app}`, ...rows.map(([name, value]) => `${name.padEnd(width)}${value}`)]);
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
    ? `${formatDuration(offset)} ahead, as it was moved (back to real time: up --real-time)`
    : `${formatDuration(millis(Math.abs(offset)))} behind`;
}
