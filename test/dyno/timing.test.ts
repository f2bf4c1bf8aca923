import fc from "fast-check";
import { expect, it } from "vitest";
import type { FakeDyno } from "../../src/engine/fake/fake-dyno.ts";
import { AppOnFake } from "../formation/app-on-fake.ts";

type Deed = (app: AppOnFake) => void | Promise<void>;

const DEEDS: Readonly<Record<string, Deed>> = {
  restart: (app) => void app.formation.restart({ kind: "all" }),
  idle: (app) => app.formation.idle(),
  wake: (app) => app.formation.wake(),
  crash: (app) => app.engine.dyno("web.1")?.exit(1),
  outage: async (app) => {
    app.engine.lose();
    await app.settle();
    app.engine.comeBack();
  },
  "half an hour": (app) => app.advance(30),
  "a day and a half": (app) => app.advance(36 * 60),
};

const MOST_TURNS = 5;

/** Real turns of the event loop: time that passes without any clock that dynosim reads having moved. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** The deeds, each when the one before has settled; the engine takes so many turns for each launch and each exit. */
async function story(deeds: readonly string[], delays: readonly number[]): Promise<readonly string[]> {
  const app = new AppOnFake();
  let delay = 0;
  const next = (): number => delays[delay++ % delays.length] ?? 0;
  app.engine.onLaunch = async (dyno: FakeDyno) => {
    const [launch, exit] = [next(), next()];
    dyno.onSignal = () => void turns(exit).then(() => dyno.exit(143));
    dyno.listen();
    await turns(launch);
  };
  app.roll({ web: "serve" }, { web: { quantity: 1, size: "eco" } });
  await app.settle();
  for (const deed of deeds) {
    await DEEDS[deed]?.(app);
    // an exit or an engine that is back is news only some turns later
    await turns(MOST_TURNS * 2);
    await app.settle();
  }
  return app.story().map((line) => line.replace(/process with command.*/, "process"));
}

/** Old and new overlap, so their lines may change places; what one line follows from stays in order. */
function sorted(lines: readonly string[]): readonly string[] {
  return lines.toSorted();
}

it("time decides nothing but through the clocks: a slow engine has the same told as a quick one", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...Object.keys(DEEDS)), { minLength: 1, maxLength: 8 }),
      fc.array(fc.nat({ max: MOST_TURNS }), { minLength: 1, maxLength: 12 }),
      async (deeds, delays) => {
        const [quick, slow] = [await story(deeds, [0]), await story(deeds, delays)];
        const states = (lines: readonly string[]) => lines.filter((line) => !/exited|Starting/.test(line));
        expect(states(slow)).toEqual(states(quick));
        expect(sorted(slow)).toEqual(sorted(quick));
      },
    ),
    { numRuns: 60 },
  );
});
