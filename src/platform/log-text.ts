/** How a log line is written out, for the surfaces above. */
export { formatLine, timestamp } from "../logplex/format-line.ts";
