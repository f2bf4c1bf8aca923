import type { DynoName } from "../heroku/names.ts";

/*
 * What the cookie of session affinity holds: the client's dyno, then those it goes to when that one cannot be had. Real
 * ones hold such a list of names in Erlang's external form, signed, in Base64 with `_` for `=`; the last is kept here.
 * Nothing is signed: who forges one chooses a dyno of their own app, on their own machine.
 */

/** As many as were seen in real ones. */
export const REMEMBERED = 3;
/** Longer than three names can be: not ours. */
const LONGEST = 200;

export function affinityValue(dynos: readonly DynoName[]): string {
  return Buffer.from(dynos.slice(0, REMEMBERED).join(",")).toString("base64").replaceAll("=", "_");
}

/** None for what is no value of ours. */
export function dynosIn(value: string): readonly string[] {
  if (value.length > LONGEST || !/^[A-Za-z0-9+/]+_*$/.test(value)) return [];
  return Buffer.from(value.replaceAll("_", ""), "base64").toString("latin1").split(",").slice(0, REMEMBERED);
}
