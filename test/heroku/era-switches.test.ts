import { describe, expect, it } from "vitest";
import { ERA_SWITCHES, eraWith } from "../../src/heroku/era-switches.ts";
import { ERAS } from "../../src/heroku/eras.ts";

describe("facts of an era that are set by themselves", () => {
  it("leaves the row as it is when nothing is set", () => {
    expect(eraWith("now", {})).toEqual(ERAS.now);
    expect(eraWith("legacy", {})).toEqual(ERAS.legacy);
  });

  it.each(Object.entries(ERA_SWITCHES))("%s changes its own field and no other", (name, { field }) => {
    for (const era of ["now", "legacy"] as const)
      for (const on of [true, false])
        expect(eraWith(era, { [name]: on })).toEqual({ ...ERAS[era], [field]: on });
  });

  it("does nothing for a name of a dynosim to come", () => {
    expect(eraWith("now", { "not-yet": true })).toEqual(ERAS.now);
  });
});
