import type { LostFile } from "../launched.ts";
import { filesAmong } from "../lost-files.ts";

/** One line of the engine's list of changes; 0 changed, 1 added, 2 deleted. */
export interface RawChange {
  readonly Path: string;
  readonly Kind: number;
}

const CHANGE = ["changed", "added", "deleted"] as const;

export function lostFiles(raw: unknown): readonly LostFile[] {
  const changes = listOf(raw).flatMap(({ Path: path, Kind }) => {
    const change = CHANGE[Kind];
    return change === undefined ? [] : [{ path, change }];
  });
  return filesAmong(changes);
}

/** Nothing changed: the engine answers `null`, which does not come through as an array. engine.md 9 */
function listOf(raw: unknown): readonly RawChange[] {
  return Array.isArray(raw) ? (raw as RawChange[]) : [];
}
