import { hours, type Millis } from "../kernel/units.ts";
import type { DynoTypeName } from "./dyno-types.ts";

/** Dyno types whose dynos sleep and share their account's pool of hours. heroku.md 1.3 */
export type PooledType = Extract<DynoTypeName, "eco" | "free">;

export interface HourPool {
  /** As `ps` names it. */
  readonly label: string;
  /** Dyno hours of one account and month. heroku.md 1.3 */
  readonly perMonth: Millis;
  /** What `ps` adds below the figures. heroku.md 9; free: Heroku's client of 2018 to 2022 */
  readonly more: readonly [string, string];
}

/** Free: 1000 h for an account that has shown a credit card, which is `dynosim hours --pool 1000h` here. */
export const HOUR_POOLS: Readonly<Record<PooledType, HourPool>> = {
  eco: {
    label: "Eco",
    perMonth: hours(1000),
    more: [
      "For more information on Eco dyno hours, see:",
      "https://devcenter.heroku.com/articles/eco-dyno-hours",
    ],
  },
  free: {
    label: "Free",
    perMonth: hours(550),
    more: [
      "For more information on dyno sleeping and how to upgrade, see:",
      "https://devcenter.heroku.com/articles/dyno-sleeping",
    ],
  },
};

export function isPooled(name: string): name is PooledType {
  return Object.hasOwn(HOUR_POOLS, name);
}
