import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hours, millis, minutes, seconds, type Millis } from "../../src/kernel/units.ts";
import type { HoursFacts } from "../../src/platform/platform.ts";
import { EVERYTHING } from "../../src/logplex/filter.ts";
import { PlatformOnFake } from "./platform-on-fake.ts";

type Deed = "request" | "web crashes" | "worker crashes" | "a minute of real time" | "restart" | "release";

/** What happens from outside, each some time after the one before. */
interface Step {
  readonly after: Millis;
  readonly deed: Deed;
  /** Where the way there is cut, as parts of it. */
  readonly cuts: readonly number[];
}

interface Kind {
  readonly size: string;
  /** Hours a month that its dynos share, when not the usual ones. */
  readonly pool?: Millis;
  readonly preboot?: true;
}

interface Story {
  /** `1600001800000 web.1 Idling` */
  readonly lines: readonly string[];
  readonly states: readonly string[];
  readonly due: readonly string[];
  readonly hours: HoursFacts;
}

async function play(kind: Kind, steps: readonly Step[], cut: boolean): Promise<Story> {
  await using app = new PlatformOnFake();
  await app.deploy();
  await app.platform.scale(["web", "worker"].map((type) => ({ type, quantity: "1", size: kind.size })));
  await app.platform.settled();
  if (kind.preboot) app.platform.setFeature("preboot", true);
  if (kind.pool !== undefined) app.platform.setHours({ pool: kind.pool, used: undefined });
  const lines: string[] = [];
  using _log = app.platform.tailLogs(EVERYTHING, ({ at, process, text }) => {
    lines.push(`${at} ${process} ${text}`);
  });
  for (const { after, deed, cuts } of steps) {
    const ends = cut ? [...cuts.map((part) => Math.round(part * after)), after] : [after];
    let gone = 0;
    for (const end of ends.toSorted((one, other) => one - other)) {
      await app.platform.advanceClock(millis(end - gone));
      gone = end;
    }
    await act(app, deed);
    await app.platform.settled();
  }
  const { now, due } = app.platform.clock();
  return {
    lines,
    states: app.platform.dynos().map(({ name, state, since }) => `${name} ${state} ${since}`),
    hours: app.platform.hours(),
    due: [`now ${now}`, ...due.map(({ at, of, what }) => `${at} ${of} ${what}`)],
  };
}

async function act(app: PlatformOnFake, deed: Deed): Promise<void> {
  switch (deed) {
    case "request":
      await app.serve();
      return;
    case "web crashes":
    case "worker crashes": {
      const dyno = app.engine.dyno(deed === "web crashes" ? "web.1" : "worker.1");
      if (dyno?.running === true) dyno.exit(1);
      // what has ended is heard of on a later turn
      await new Promise(setImmediate);
      return;
    }
    case "a minute of real time":
      await app.realClock.advance(seconds(60), () => app.platform.settled());
      return;
    case "restart":
      await app.platform.restart({ kind: "all" });
      return;
    case "release":
      await app.platform.setConfigVars({ N: String(app.platform.releases().length) });
  }
}

const STEP = fc.record<Step>({
  after: fc.integer({ min: 0, max: minutes(60 * 30) }).map(millis),
  deed: fc.constantFrom<Deed>(
    "request",
    "request",
    "web crashes",
    "worker crashes",
    "a minute of real time",
    "restart",
    "release",
  ),
  cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
});

describe("advancing the clock by n, then by m, is advancing it by n + m", () => {
  it.each<Kind>([
    { size: "eco" },
    { size: "eco", pool: hours(1) },
    { size: "basic" },
    { size: "standard-1x" },
    { size: "standard-1x", preboot: true },
  ])(
    "in what is told, when, and in which order: $size, pool $pool, preboot $preboot",
    async (kind) => {
      await fc.assert(
        fc.asyncProperty(fc.array(STEP, { minLength: 1, maxLength: 12 }), async (steps) => {
          const whole = await play(kind, steps, false);
          expect(await play(kind, steps, true)).toEqual(whole);
        }),
        { numRuns: 40 },
      );
    },
    60_000,
  );

  it("the stories of these properties tell of sleep, of waking, of cycles, of cool-offs, of empty pools, of preboot", async () => {
    const day = (deed: Deed): Step => ({ after: minutes(60 * 28), deed, cuts: [] });
    const texts = async (kind: Kind, deeds: readonly Deed[]): Promise<string> =>
      (await play(kind, deeds.map(day), false)).lines.join("\n");
    expect(await texts({ size: "eco" }, ["request", "request"])).toMatch(/web\.1 Idling[^]*web\.1 Unidling/);
    expect(await texts({ size: "basic" }, ["request"])).toMatch(
      /web\.1 Cycling[^]*worker\.1 Cycling|worker\.1 Cycling[^]*web\.1 Cycling/,
    );
    const crashed = await play(
      { size: "basic" },
      [day("web crashes"), { ...day("web crashes"), after: millis(0) }],
      false,
    );
    expect(crashed.states[0]).toMatch(/^web\.1 crashed/);
    expect(crashed.due.join("\n")).toContain("web.1 starts again after its cool-off");
    const prebooted = await play({ size: "standard-1x", preboot: true }, [day("release")], false);
    expect(prebooted.due.join("\n")).toContain("web.1 hands over to the dyno that preboot started");
    const poor = await play({ size: "eco", pool: hours(1) }, Array(4).fill(day("request")), false);
    expect(poor.hours.used).toBe(hours(1));
    expect(poor.due).toContainEqual(expect.stringMatching(/app gets a new month of dyno hours$/));
  });
});
