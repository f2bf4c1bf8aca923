import { HOUR_POOLS, type PooledType } from "../../heroku/hour-pools.ts";

export interface Quota {
  /** All in seconds. */
  readonly pool: number;
  readonly used: number;
  readonly usedByApp: number;
}

/** What `ps` says of the hours first; whole minutes and percents, cut and not rounded. heroku.md 9 */
export function quotaLines(type: PooledType, { pool, used, usedByApp }: Quota): string[] {
  const { label, more } = HOUR_POOLS[type];
  return [
    `${label} dyno hours quota remaining this month: ${hoursAndShare(pool - used, pool)}`,
    `${label} dyno usage for this app: ${hoursAndShare(usedByApp, pool)}`,
    ...more,
  ];
}

/** `507h 13m (50%)` */
export function hoursAndShare(seconds: number, pool: number): string {
  const minutes = Math.floor(seconds / 60);
  const share = pool === 0 ? 0 : Math.floor((seconds / pool) * 100);
  return `${Math.floor(minutes / 60)}h ${minutes % 60}m (${share}%)`;
}
