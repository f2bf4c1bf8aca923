import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe } from "vitest";
import { describeRoom, kindsHere } from "./confinement-cases.ts";

const temp = realpathSync(tmpdir());
const kinds = await kindsHere(temp);

describe("a room of whoever runs the tests", () => {
  for (const kind of kinds) describeRoom(kind, temp);
});
