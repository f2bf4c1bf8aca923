import { LOG_LINES_KEPT } from "../heroku/limits.ts";
import type { LogLine } from "../heroku/log-line.ts";
import { SystemClock } from "../kernel/system-clock.ts";
import { formatLine } from "../platform/log-text.ts";
import { openPlatform } from "../platform/open-platform.ts";
import { deployOptions, platformOptions, type AppOptions } from "./app-options.ts";
import { errorOf } from "./dynosim-error.ts";
import type { Dynosim } from "./dynosim.ts";
import { HostedApp } from "./hosted-app.ts";
import { LoggedLine } from "./logged-line.ts";
import { endWithProcess } from "./signals.ts";
import { Told } from "./told.ts";

export type { PlatformEvent } from "../heroku/events.ts";
export type { AppOptions, LimitName } from "./app-options.ts";
export { DynosimError } from "./dynosim-error.ts";
export type {
  ConfigVars,
  DynoQuantity,
  Dynosim,
  Events,
  Logs,
  Notices,
  PlatformClock,
  Ran,
  RunOptions,
  TestDyno,
} from "./dynosim.ts";
export type { LineWanted, LoggedLine } from "./logged-line.ts";
export type { Duration, WaitOptions } from "./tape.ts";

const EVERY_LINE = { source: undefined, dyno: undefined, type: undefined };

/**
 * The app of a folder, compiled, released and up: `await using app = await createDynosim({ folder })`. Each call begins
 * with a new app, which has nothing of the one before it but the slug, where that still fits. Rejects with a
 * DynosimError when there is no engine, when the build fails, or when the app does not come up.
 */
export async function createDynosim(options: AppOptions): Promise<Dynosim> {
  const { output = () => {}, waitUntilUp = true } = options;
  const deploy = deployOptions(options);
  const clock = new SystemClock();
  const told = new Told(clock);
  const opened = await openPlatform({
    ...platformOptions(options),
    onNotice: (line) => {
      told.notices.add(line);
      output(line);
    },
    onEvent: (event) => told.events.add(event),
  });
  if (!opened.ok) throw errorOf(opened.failure);
  const platform = opened.value;
  const hear = (line: LogLine): void => {
    told.logs.add(new LoggedLine(line));
    output(formatLine(line));
  };
  platform.recentLogs(EVERY_LINE, LOG_LINES_KEPT).forEach(hear);
  platform.tailLogs(EVERY_LINE, hear, true);
  const app = new HostedApp(platform, told, clock, endWithProcess);
  const onLine = (line: string): void => {
    told.build.push(line);
    output(line);
  };
  try {
    await app.start({ ...deploy, onLine }, { untilUp: waitUntilUp });
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}
