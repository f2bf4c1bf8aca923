import { failed, type Outcome } from "../outcome.ts";
import type { RouterTools } from "../router-tools.ts";

/**
 * In maintenance nobody is let in, and no dyno is asked for or woken (heroku.md 3.10). The backlog of the whole app has
 * a limit that grows with its web dynos. heroku.md 0, router.md L26
 */
export function admit(tools: RouterTools): Outcome | undefined {
  if (tools.inMaintenance()) return failed("H80");
  const dynos = tools.backends.webDynos();
  // With none at all the truth is H14, and the backends know it.
  const full = dynos > 0 && tools.underWay.size > tools.limits.requestsPerDyno * dynos;
  return full ? failed("H11") : undefined;
}
