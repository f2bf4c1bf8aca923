/** How a log line is written out, and for a slow reader left out, for the surfaces above. */
export { formatLine } from "../logplex/format-line.ts";
export { dropWhenBehind } from "../logplex/tail-backlog.ts";
