import { hours, minutes } from "../../../src/kernel/units.ts";
import { EVERYTHING } from "../../../src/logplex/filter.ts";
import { PlatformOnFake } from "../../platform/platform-on-fake.ts";
import type { Case } from "../bench.ts";
import { timed } from "../samples.ts";

const MONTH = hours(24 * 30);
const SLEEPS = 1000;

/** What dynosim itself costs when the clock is moved: a platform with its state on the disk, on an engine without work. */
export const simulation: Case = async ({ runs }) => {
  const samples: number[] = [];
  for (let run = 0; run < runs; run += 1) samples.push((await timed(monthAndSleeps)) / 1000);
  return [
    {
      name: `30 days of a cycling dyno, ${SLEEPS} sleeps and wakes with their hours`,
      unit: "s",
      digits: 2,
      ours: samples,
      peer: undefined,
      wanted: { kind: "at-most", most: 10 },
    },
  ];
};

async function monthAndSleeps(): Promise<void> {
  const cycles = await count(
    "basic",
    "Cycling",
    async (app) => void (await app.platform.advanceClock(MONTH)),
  );
  if (cycles < 27) throw new Error(`only ${cycles} cycles in a month`);
  const sleeps = await count("eco", "Idling", async (app) => {
    for (let sleep = 0; sleep < SLEEPS; sleep += 1) {
      await app.serve();
      await app.platform.advanceClock(minutes(31));
    }
  });
  if (sleeps !== SLEEPS) throw new Error(`${sleeps} sleeps, not ${SLEEPS}`);
}

/** How often the web dyno of such an app tells `text` while `work` goes on. */
async function count(
  size: string,
  text: string,
  work: (app: PlatformOnFake) => Promise<void>,
): Promise<number> {
  await using app = new PlatformOnFake();
  await app.deploy();
  await app.platform.scale([{ type: "web", quantity: "1", size }]);
  await app.platform.settled();
  let told = 0;
  using _log = app.platform.tailLogs({ ...EVERYTHING, dyno: "web.1" }, (line) => {
    if (line.text === text) told += 1;
  });
  await work(app);
  return told;
}
