/** What a test suite runs of a matrix that is too slow to run whole each time. */

const DAY = 86_400_000;

/**
 * The whole matrix by `npm run test:all`; else `size` of its cases, others each day, so that all of them have been run after
 * as many days as it takes. `DYNOSIM_TEST_DAY` (a whole number) chooses the day, to run a slice again.
 */
export function rotatingSlice<T>(cases: readonly T[], size: number): readonly T[] {
  if (process.env["DYNOSIM_TEST_ALL"] !== undefined || cases.length <= size) return cases;
  const day = Number(process.env["DYNOSIM_TEST_DAY"] ?? Math.floor(Date.now() / DAY));
  const first = (day * size) % cases.length;
  return Array.from({ length: size }, (_, index) => cases[(first + index) % cases.length] as T);
}
