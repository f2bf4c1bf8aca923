import { ERA_SWITCHES, eraSwitchNamed } from "../heroku/era-switches.ts";
import { nearest } from "../kernel/nearest.ts";
import { fail, ok, type Result } from "../kernel/result.ts";
import type { Explanation } from "../platform/failure.ts";
import type { Options } from "./command.ts";

/** `undefined`: as the era has it. */
export type Switches = Readonly<Record<string, boolean | undefined>>;

const VALUES: Readonly<Record<string, boolean | undefined>> = { on: true, off: false, era: undefined };

/** `--switch stuck-after-clean-idle-exit=on`, any number of times. */
export function switchOption(options: Options): Result<Switches, Explanation> {
  const switches: Record<string, boolean | undefined> = {};
  for (const text of options.list("switch")) {
    const [name = "", value = ""] = text.split("=", 2);
    if (eraSwitchNamed(name) === undefined) return fail(unknownSwitch(name));
    if (!Object.hasOwn(VALUES, value))
      return fail(refused(`${name} is on, off or era, not ${JSON.stringify(value)}.`, EXAMPLE));
    switches[name] = VALUES[value];
  }
  return ok(switches);
}

const EXAMPLE = "For example: dynosim up --switch stuck-after-clean-idle-exit=on";

function unknownSwitch(name: string): Explanation {
  const near = nearest(name, Object.keys(ERA_SWITCHES));
  const title = `${JSON.stringify(name)} is no fact of the era that can be set by itself.`;
  return refused(
    near === undefined ? title : `${title} Did you mean ${near}?`,
    EXAMPLE,
    Object.entries(ERA_SWITCHES).map(([one, { what, source }]) => `${one}: ${what} (${source})`),
  );
}

function refused(title: string, next: string, lines: readonly string[] = []): Explanation {
  return { title, body: lines.join("\n"), next, exitCode: 2 };
}
