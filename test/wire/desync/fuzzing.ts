/** How far `npm run test:all` goes beyond an ordinary run. */
const LONG = 40;

/** Side by side, for most of the time of one goes by in waiting. */
const LANES = 16;

/**
 * Runs `lane` several times at once, `runs` cases in all, other ones at each run. A failure prints its seed:
 * `DYNOSIM_FUZZ_SEED=<seed>` brings the same cases again, which fast-check then makes smaller.
 */
export async function fuzz(
  runs: number,
  lane: (parameters: { numRuns: number; seed: number }) => Promise<void>,
): Promise<void> {
  const given = process.env["DYNOSIM_FUZZ_SEED"];
  const seed = given === undefined ? Math.floor(Math.random() * 0x7fff_0000) : Number(given);
  const share = Math.ceil(runs / LANES);
  const numRuns = process.env["DYNOSIM_TEST_ALL"] === undefined ? share : share * LONG;
  await Promise.all(Array.from({ length: LANES }, async (_, index) => lane({ numRuns, seed: seed + index })));
}
