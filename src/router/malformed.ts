import type { HeadFault } from "../http/head-scanner.ts";
import { failed, type Outcome } from "./outcome.ts";

const REASON_OF_FAULT: Partial<Record<HeadFault, string>> = {
  "start-line-too-long": "oversized status line",
  "field-line-too-long": "oversized header",
  "head-too-large": "oversized header",
  "cookie-too-long": "oversized cookie",
};

/** The dyno's head cannot be read, or is more than the router takes. router.md 11.3, 11.17, L15 to L17, E8 to E11 */
export function malformedHead(fault: HeadFault | undefined): Outcome {
  const reason = fault === undefined ? undefined : REASON_OF_FAULT[fault];
  return reason === undefined ? failed("H17") : failed("H25", reason);
}
