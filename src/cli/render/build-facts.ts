import type { Explanation } from "../../platform/failure.ts";
import type { Deployed, EngineReport } from "../../platform/platform.ts";
import { secureUrl } from "./secure-url.ts";

/** What a program wants of a build that failed; the words for a person go to standard error as ever. */
export function failureFacts({ title, build }: Explanation): object {
  return { compiled: false, error: { message: title, ...build } };
}

/** `up --json`, once it is ready. */
export function readyFacts(
  app: string,
  url: string,
  { release, compiled, slugSize, buildpackReports }: Deployed,
  engine: EngineReport | undefined,
): object {
  return {
    ready: {
      app,
      url,
      httpsUrl: secureUrl(url),
      release: release.version,
      compiled,
      slugSize,
      buildpackReports,
      ...(engine && { engine: { product: engine.product, means: engine.means, limits: engine.limits } }),
    },
  };
}
