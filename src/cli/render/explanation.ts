import type { Explanation } from "../../platform/failure.ts";
import { hasColour, type World } from "../world.ts";

/** What happened, why, what to do; on standard error. */
export function writeExplanation(world: World, { title, body, next }: Explanation): void {
  const red = hasColour(world, world.stderr);
  const label = red ? "\u001B[31mError:\u001B[39m" : "Error:";
  const lines = [`${label} ${title}`, ...indent(body), ...indent(next)];
  world.stderr.write(`${lines.join("\n")}\n`);
}

function indent(text: string): readonly string[] {
  return text === "" ? [] : text.split("\n").map((line) => `  ${line}`);
}
