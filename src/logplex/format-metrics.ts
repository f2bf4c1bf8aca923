import type { LoadAverages, MemoryFigures } from "../heroku/runtime-metrics.ts";
import { mebibytes, type Bytes } from "../kernel/units.ts";

/** `source=web.1 dyno=heroku.2808254.<uuid> sample#load_avg_1m=2.46 ...`; what is not known is left out. heroku.md 4 */
export function loadLine(dyno: string, id: string, load: LoadAverages): string {
  return line(dyno, id, [
    ["load_avg_1m", load.oneMinute.toFixed(2)],
    ["load_avg_5m", load.fiveMinutes?.toFixed(2)],
    ["load_avg_15m", load.fifteenMinutes?.toFixed(2)],
  ]);
}

/** `source=web.1 dyno=heroku.2808254.<uuid> sample#memory_total=21.00MB ...`. heroku.md 4 */
export function memoryLine(dyno: string, id: string, memory: MemoryFigures): string {
  const { rss, cache, swap, pagesIn, pagesOut, quota } = memory;
  return line(dyno, id, [
    ["memory_total", megabytes(rss + (cache ?? 0) + (swap ?? 0))],
    ["memory_rss", megabytes(rss)],
    ["memory_cache", maybe(cache)],
    ["memory_swap", maybe(swap)],
    ["memory_pgpgin", pages(pagesIn)],
    ["memory_pgpgout", pages(pagesOut)],
    ["memory_quota", megabytes(quota)],
  ]);
}

function line(
  dyno: string,
  id: string,
  samples: readonly (readonly [name: string, value: string | undefined])[],
): string {
  const known = samples.filter(([, value]) => value !== undefined);
  return [`source=${dyno}`, `dyno=${id}`, ...known.map(([name, value]) => `sample#${name}=${value}`)].join(
    " ",
  );
}

function maybe(size: Bytes | undefined): string | undefined {
  return size === undefined ? undefined : megabytes(size);
}

function megabytes(size: number): string {
  return `${(size / mebibytes(1)).toFixed(2)}MB`;
}

function pages(count: number | undefined): string | undefined {
  return count === undefined ? undefined : `${count}pages`;
}
