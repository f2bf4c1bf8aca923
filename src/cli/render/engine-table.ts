import type { EngineReport, LimitFact } from "../../platform/platform.ts";
import { columns } from "./aligned.ts";
import { limitName } from "./limit-rows.ts";

/** What is missing stands last, where it is read. */
const ORDER: readonly LimitFact["how"][] = ["enforced", "sampled", "partly", "absent"];

/**
 * For an app whose dynos are processes of this machine: why, and how each limit of a dyno holds; within 80 columns. None
 * for one in containers. issue E 4
 */
export function engineTable(report: EngineReport): readonly string[] {
  const { limits, means } = report;
  if (means.kind === "containers") return [];
  const rows = ORDER.flatMap((how) => limits.filter((limit) => limit.how === how)).map((limit) => [
    limit.how,
    limitName(limit),
    limit.detail,
  ]);
  const shut = means.confinement === "none" ? "not shut in" : `shut in by ${means.confinement}`;
  return [
    `Dynos are processes of this machine (${shut}). What holds here:`,
    ...columns(rows).map((line) => `  ${line}`),
    "More of it holds with Docker or Podman: dynosim doctor says how to get it.",
  ];
}
