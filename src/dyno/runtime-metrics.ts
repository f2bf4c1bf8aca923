import type { DynoEvent } from "../heroku/events.ts";
import type { DynoName } from "../heroku/names.ts";
import type { Bytes } from "../kernel/units.ts";
import { LoadAverage } from "./load-average.ts";
import type { Look } from "./sampler.ts";

/** What `log-runtime-metrics` tells of one life of a dyno. heroku.md 4 */
export class RuntimeMetrics {
  readonly #dyno: DynoName;
  readonly #id: string;
  readonly #quota: Bytes;
  readonly #load: LoadAverage = new LoadAverage();

  /** `id`: as `metricsId` gives it. */
  constructor(dyno: DynoName, id: string, quota: Bytes) {
    this.#dyno = dyno;
    this.#id = id;
    this.#quota = quota;
  }

  /** Load, then memory; without load where the engine cannot tell of tasks. */
  events({ memory, runnableTasks, elapsed }: Look): readonly DynoEvent[] {
    const of = { dyno: this.#dyno, id: this.#id };
    const { rss, cache, swap, pagesIn, pagesOut } = memory;
    const figures = { rss, cache, swap, pagesIn, pagesOut, quota: this.#quota };
    const told: DynoEvent = { ...of, kind: "memory-metrics", memory: figures };
    if (runnableTasks === undefined) return [told];
    return [{ ...of, kind: "load-metrics", load: this.#load.add(runnableTasks, elapsed) }, told];
  }
}
