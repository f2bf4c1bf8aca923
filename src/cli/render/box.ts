import { localTime } from "./ago.ts";
import { formatDuration } from "../../kernel/duration.ts";
import { millis, seconds, type Millis } from "../../kernel/units.ts";
import type { EraName } from "../../heroku/eras.ts";
import type { ClockFacts, EngineFacts, Enforcement, FormationEntry } from "../../platform/platform.ts";
import { eraText } from "./era-text.ts";
import { limitRows } from "./limit-rows.ts";
import { secureUrl } from "./secure-url.ts";

export interface BoxFacts {
  readonly app: string;
  readonly url: string;
  readonly controlUrl: string;
  readonly release: number;
  readonly formation: readonly FormationEntry[];
  readonly era: Parameters<typeof eraText>[0];
  readonly clock: ClockFacts;
  readonly enforcement: Enforcement;
  readonly engine: EngineFacts | undefined;
}

const USUAL_ERA: EraName = "now";

/** What a user wants to know once the app runs. design.md 5 */
export function box(facts: BoxFacts): string[] {
  const rows: (readonly [string, string])[] = [
    ["URL", facts.url],
    ["HTTPS", `${secureUrl(facts.url)} (to have it trusted: dynosim certs:trust)`],
    ["Control", facts.controlUrl],
    ["Release", `v${facts.release}`],
    [
      "Processes",
      facts.formation.map((one) => `${one.type}=${one.quantity}:${one.size.label}`).join(" ") || "none",
    ],
    ...limitRows(facts.formation, facts.enforcement, facts.engine),
    // kept from an earlier `up`, it would else be behind what nobody expects
    ...(eraText(facts.era) === USUAL_ERA ? [] : [["Era", eraText(facts.era)] as const]),
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

/** Less is what two ways of measuring leave, and nobody's doing. */
export const NOTICEABLE: Millis = seconds(1);

function clockText({ offset, paused, now }: ClockFacts): string {
  if (paused) return `paused at ${localTime(new Date(now))}`;
  if (Math.abs(offset) < NOTICEABLE) return "real time";
  return offset > 0
    ? `${formatDuration(offset)} ahead, as it was moved (back to real time: up --real-time)`
    : `${formatDuration(millis(Math.abs(offset)))} behind`;
}
