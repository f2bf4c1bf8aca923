import type { DynoType } from "../heroku/dyno-types.ts";

/** How many dynos of a process type there should be, and of which dyno type. */
export interface Wanted {
  readonly type: string;
  readonly quantity: number;
  readonly size: DynoType;
}
