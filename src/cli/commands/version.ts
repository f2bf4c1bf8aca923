import { ok } from "../../kernel/result.ts";
import type { Command } from "../command.ts";
import { versionLine } from "../version-line.ts";
import { print } from "../world.ts";

export const version: Command = async ({ world }) => {
  print(world, versionLine());
  return ok(0);
};
