import type { Validated } from "../exchange.ts";
import { done, failed, goOn, type StepResult } from "../outcome.ts";
import type { RouterTools } from "../router-tools.ts";

/**
 * In maintenance nobody is let in, and no dyno is asked for or woken (heroku.md 3.10). The backlog of the whole app has
 * a limit that grows with its web dynos. heroku.md 0, router.md L26
 */
export function admit(exchange: Validated, tools: RouterTools): StepResult<Validated> {
  if (tools.inMaintenance()) return done(failed("H80"));
  const dynos = tools.backends.webDynos();
  // With none at all the truth is H14, and the backends know it.
  const full = dynos > 0 && tools.inFlight() > tools.limits.requestsPerDyno * dynos;
  return full ? done(failed("H11")) : goOn(exchange);
}
