import type { Bytes } from "../kernel/units.ts";
import type { InstanceId } from "./names.ts";

/** Runnable tasks of a dyno, averaged; undefined while the dyno is younger than the span. heroku.md 4 */
export interface LoadAverages {
  readonly oneMinute: number;
  readonly fiveMinutes: number | undefined;
  readonly fifteenMinutes: number | undefined;
}

/** What a dyno's memory is made of; undefined is what the engine does not tell. Pages of 4 KiB. heroku.md 4 */
export interface MemoryFigures {
  readonly rss: Bytes;
  readonly cache: Bytes | undefined;
  readonly swap: Bytes | undefined;
  readonly pagesIn: number | undefined;
  readonly pagesOut: number | undefined;
  readonly quota: Bytes;
}

/** App numbers seen in logs have six to nine digits. heroku.md 4 */
const LEAST_NUMBER = 100_000_000;
const NUMBERS = 200_000_000;

/** `heroku.2808254.<uuid>`: one life of one dyno, as runtime metrics name it. The app's number follows from its instance. */
export function metricsId(instance: InstanceId, life: string): string {
  return `heroku.${LEAST_NUMBER + (hash(instance) % NUMBERS)}.${life}`;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x81_1c_9d_c5;
  for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 0x01_00_01_93) >>> 0;
  return value;
}
