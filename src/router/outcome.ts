import type { RouterCode } from "../heroku/router-codes.ts";
import type { Refusal } from "./backends.ts";

/** How a request ended. The pipeline alone acts on it: answers once, logs once. */
export type Outcome =
  | { readonly kind: "relayed"; readonly status: number; readonly bytes: number; readonly stays: boolean }
  | {
      readonly kind: "failed";
      readonly code: RouterCode;
      /** Follows the code's words: `HTTP restriction: oversized cookie`. */
      readonly detail: string | undefined;
      /** Body bytes of the app's response that went to the client. */
      readonly bytes: number;
      /** Where it is another than the code's own. */
      readonly status?: number;
    }
  /** The client's request is at fault; `cause` is what era `legacy` logs with H26. */
  | { readonly kind: "refused"; readonly status: 400 | 417; readonly cause: RequestCause };

export type RequestCause = "bad header" | "bad chunk" | "unsupported expect header value";

/** The code of quarantine is the era's. */
export const CODE_OF_REFUSAL: Readonly<Record<Exclude<Refusal, "quarantined">, RouterCode>> = {
  crashed: "H10",
  "no-web-dynos": "H14",
  "boot-timeout": "H20",
  "blank-app": "H81",
  "hours-exhausted": "H82",
  "platform-error": "H99",
};

export function failed(code: RouterCode, detail?: string, bytes: number = 0): Outcome {
  return { kind: "failed", code, detail, bytes };
}

/** An interim answer where the final one was due: the status is vegur's, Heroku's code is not known. router.md E13, 9.6 */
export function notFinal(): Outcome {
  return { kind: "failed", code: "H17", detail: undefined, bytes: 0, status: 502 };
}

export function refused(status: 400 | 417, cause: RequestCause): Outcome {
  return { kind: "refused", status, cause };
}
