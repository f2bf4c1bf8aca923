export type RouterLevel = "info" | "warning" | "error";

export interface RouterCodeFacts {
  readonly level: RouterLevel;
  readonly desc: string;
  /** Undefined: the line leaves it empty. */
  readonly status: number | undefined;
  readonly source: string;
}

export type RouterCode =
  | "H10"
  | "H11"
  | "H12"
  | "H13"
  | "H14"
  | "H15"
  | "H17"
  | "H18"
  | "H19"
  | "H20"
  | "H21"
  | "H24"
  | "H25"
  | "H26"
  | "H27"
  | "H28"
  | "H31"
  | "H33"
  | "H34"
  | "H80"
  | "H81"
  | "H82"
  | "H99";

/** The router's own codes: level, words and status. An era's exceptions are fields of the era. */
export const ROUTER_CODES: Readonly<Record<RouterCode, RouterCodeFacts>> = {
  H10: { level: "error", desc: "App crashed", status: 503, source: "heroku.md 3.9" },
  H11: { level: "error", desc: "Backlog too deep", status: 503, source: "heroku.md 3.9" },
  H12: { level: "error", desc: "Request timeout", status: 503, source: "heroku.md 3.9" },
  H13: { level: "error", desc: "Connection closed without response", status: 503, source: "heroku.md 3.9" },
  H14: { level: "error", desc: "No web processes running", status: 503, source: "heroku.md 3.9" },
  H15: { level: "error", desc: "Idle connection", status: 503, source: "heroku.md 3.9" },
  H17: { level: "error", desc: "Poorly formatted HTTP response", status: 503, source: "heroku.md 3.9" },
  H18: { level: "error", desc: "Server Request Interrupted", status: 503, source: "heroku.md 3.9" },
  H19: { level: "error", desc: "Backend connection timeout", status: 503, source: "heroku.md 3.9" },
  H20: { level: "error", desc: "App boot timeout", status: 503, source: "heroku.md 3.9" },
  H21: { level: "error", desc: "Backend connection refused", status: 503, source: "heroku.md 3.9" },
  /** `status= bytes=18` in the sample of error-codes. */
  H24: { level: "error", desc: "Forced close", status: undefined, source: "heroku.md 3.9" },
  H25: { level: "error", desc: "HTTP restriction", status: 502, source: "heroku.md 3.9" },
  H26: { level: "error", desc: "Request Error", status: 400, source: "heroku.md 3.9" },
  H27: { level: "warning", desc: "Client Request Interrupted", status: 499, source: "heroku.md 3.9" },
  H28: { level: "warning", desc: "Client Connection Idle", status: 499, source: "heroku.md 3.9" },
  H31: { level: "error", desc: "Misdirected Request", status: 421, source: "heroku.md 3.9, router.md 15.7" },
  /** Level and status are not known; those of H27, as nobody is there to read an answer. */
  H33: { level: "warning", desc: "HTTP/2 Stream Broken", status: 499, source: "heroku.md 3.9, unconfirmed" },
  H34: { level: "error", desc: "All up dynos are quarantined", status: 503, source: "router.md 17.19" },
  H80: { level: "info", desc: "Maintenance mode", status: 503, source: "heroku.md 3.9" },
  H81: { level: "info", desc: "Blank app", status: 502, source: "router.md 17.18" },
  H82: { level: "info", desc: "You've used up your dyno hour pool", status: 503, source: "heroku.md 3.9" },
  H99: { level: "error", desc: "Platform error", status: 503, source: "heroku.md 3.9" },
};
