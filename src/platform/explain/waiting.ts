import { assertNever } from "../../kernel/assert-never.ts";
import type { Waiting } from "../unsettled.ts";

/** What holds the platform clock back: `web.1 is leaving (SIGTERM sent 12 s ago)`. */
export function waitingText({ dyno, what, for: time }: Waiting): string {
  const elapsed = `${Math.round(time / 1000)} s`;
  switch (what) {
    case "starting":
      return `${dyno} is starting (for ${elapsed})`;
    case "SIGTERM":
    case "SIGKILL":
      return `${dyno} is leaving (${what} sent ${elapsed} ago)`;
    default:
      return assertNever(what);
  }
}
