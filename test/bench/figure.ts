import { assertNever } from "../../src/kernel/assert-never.ts";
import { median, shown, type Samples } from "./samples.ts";

/** One line of the table. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly digits?: number;
  readonly ours: Samples;
  readonly peer: { readonly name: string; readonly samples: Samples } | undefined;
  readonly wanted: Wanted | undefined;
}

/** Medians are compared. issue A, B and D, Figures */
export type Wanted =
  | { readonly kind: "ratio"; readonly most: number }
  | { readonly kind: "ratio-least"; readonly least: number }
  | { readonly kind: "above-peer"; readonly most: number }
  | { readonly kind: "at-most"; readonly most: number }
  | { readonly kind: "at-least"; readonly least: number };

export function ratio({ ours, peer }: Figure): number | undefined {
  return peer && median(ours) / median(peer.samples);
}

/** Undefined: nothing was wanted, it is only recorded. */
export function isMet(figure: Figure): boolean | undefined {
  const { wanted, ours, peer } = figure;
  if (wanted === undefined) return undefined;
  switch (wanted.kind) {
    case "ratio":
      return (ratio(figure) ?? Number.NaN) <= wanted.most;
    case "ratio-least":
      return (ratio(figure) ?? Number.NaN) >= wanted.least;
    case "above-peer":
      return median(ours) - median(peer?.samples ?? []) <= wanted.most;
    case "at-most":
      return median(ours) <= wanted.most;
    case "at-least":
      return median(ours) >= wanted.least;
    default:
      return assertNever(wanted);
  }
}

const HEAD = ["figure", "ours", "peer", "ratio", "wanted", "verdict"];

/** A table in Markdown, so that what the terminal shows can go into docs/performance.md as it is. */
export function table(figures: readonly Figure[]): string {
  const rows = [HEAD, ...figures.map(row)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = widths.map((width) => "-".repeat(width));
  return [line(HEAD), line(rule), ...rows.slice(1).map(line)].join("\n");
}

function row(figure: Figure): string[] {
  const { name, unit, digits = 0, ours, peer } = figure;
  const met = isMet(figure);
  return [
    `${name}, ${unit}`,
    shown(ours, digits),
    peer ? `${shown(peer.samples, digits)} ${peer.name}` : "",
    ratio(figure)?.toFixed(2) ?? "",
    wantedText(figure),
    met === undefined ? "recorded" : met ? "met" : "MISSED",
  ];
}

function wantedText({ wanted, unit }: Figure): string {
  if (wanted === undefined) return "";
  switch (wanted.kind) {
    case "ratio":
      return `<= ${wanted.most} x peer`;
    case "ratio-least":
      return `>= ${wanted.least} x peer`;
    case "above-peer":
      return `<= peer + ${wanted.most} ${unit}`;
    case "at-most":
      return `<= ${wanted.most} ${unit}`;
    case "at-least":
      return `>= ${wanted.least} ${unit}`;
    default:
      return assertNever(wanted);
  }
}
