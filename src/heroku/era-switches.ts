import { ERAS, type Era, type EraName } from "./eras.ts";

type YesOrNo = { [K in keyof Era]: Era[K] extends boolean ? K : never }[keyof Era];

export type EraSwitchName =
  "stuck-after-clean-idle-exit" | "bad-bind" | "network-error-logging" | "route-times";

/** A fact of the era that can be set by itself: `dynosim up --switch NAME=on`. */
export interface EraSwitch {
  readonly field: YesOrNo;
  /** What happens when it is on. */
  readonly what: string;
  readonly source: string;
}

/** By the names that people write. What each field is in which era stands in `eras.ts` and nowhere else. */
export const ERA_SWITCHES: Readonly<Record<EraSwitchName, EraSwitch>> = {
  "stuck-after-clean-idle-exit": {
    field: "stuckAfterCleanIdleExit",
    what: "an app whose web process answers the idle SIGTERM with status 0 is not woken again",
    source: "field report of 2020, design.md 4",
  },
  "bad-bind": {
    field: "tellsBadBind",
    what: "a web process that binds another port than $PORT is killed at once with R11, as in 2012 and 2013",
    source: "heroku.md 2.2",
  },
  "network-error-logging": {
    field: "networkErrorLogging",
    what: "the router adds NEL, Report-To and Reporting-Endpoints to answers",
    source: "heroku.md 3.4",
  },
  "route-times": {
    field: "routeTimes",
    what: "the router adds Connect-Time and Total-Route-Time to requests",
    source: "heroku.md 3.3",
  },
};

/** Those that are not as the era has them; names of a dynosim to come are kept and do nothing. */
export type Switched = Readonly<Record<string, boolean>>;

export function eraSwitchNamed(name: string): EraSwitch | undefined {
  return Object.hasOwn(ERA_SWITCHES, name) ? ERA_SWITCHES[name as EraSwitchName] : undefined;
}

/** The facts in force: the era's own row, and what was set by itself. */
export function eraWith(name: EraName, switched: Switched): Era {
  const fields = Object.entries(switched).flatMap(([one, on]) => {
    const known = eraSwitchNamed(one);
    return known === undefined ? [] : [[known.field, on] as const];
  });
  return { ...ERAS[name], ...Object.fromEntries(fields) };
}
