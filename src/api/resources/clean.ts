import { fields } from "../decode.ts";
import { json, type Resource } from "../exchange.ts";
import { refused } from "../respond.ts";

/** `{"everything": true, "dry_run": true}` gives what went, or would go. */
export const cleanUp: Resource = async ({ platform, body }) => {
  const wanted = fields(body);
  const cleaned = await platform.clean({
    everything: wanted["everything"] === true,
    dryRun: wanted["dry_run"] === true,
  });
  return cleaned.ok ? json(200, cleaned.value) : refused(cleaned.failure);
};
