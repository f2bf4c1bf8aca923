/** What was measured, run by run, in the order of the runs. */
export type Samples = readonly number[];

export function median(samples: Samples): number {
  const sorted = samples.toSorted((one, other) => one - other);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? Number.NaN;
  return Number.isInteger(half) ? ((sorted[half - 1] ?? Number.NaN) + upper) / 2 : upper;
}

/** `1234 (1200..1300)`: median, least, greatest. */
export function shown(samples: Samples, digits = 0): string {
  const [least, greatest] = [Math.min(...samples), Math.max(...samples)];
  return `${median(samples).toFixed(digits)} (${least.toFixed(digits)}..${greatest.toFixed(digits)})`;
}

/**
 * Ours and a peer by turns, who begins changing from round to round: a machine that slows down, or a cache that is warm
 * for whoever comes second, then weighs on both.
 */
export async function byTurns(
  rounds: number,
  ours: () => Promise<number>,
  peer: () => Promise<number>,
): Promise<{ readonly ours: Samples; readonly peer: Samples }> {
  const taken = { ours: [] as number[], peer: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) taken.ours.push(await ours());
    taken.peer.push(await peer());
    if (round % 2 === 1) taken.ours.push(await ours());
  }
  return taken;
}

/** Milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
