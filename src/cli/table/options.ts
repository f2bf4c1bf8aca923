import type { OptionRow } from "./command-row.ts";

export const JSON_OUT: OptionRow = ["--json", "print JSON"];
export const SOURCE: readonly OptionRow[] = [
  ["--working-tree", "build every file that is not ignored, tracked or not"],
  ["--ref <ref>", "build exactly this commit"],
  ["--strict", "every substitution (of a Python version, say) is an error"],
];
export const DYNO: OptionRow = ["-d, --dyno-name <dyno>", "only this dyno, such as web.1"];
export const TYPE: OptionRow = ["-p, --process-type <type>", "only this process type, such as web"];

/** Names of older clients. */
export const FORMER_DYNO: OptionRow = ["--dyno <dyno>", "same as --dyno-name", "hidden"];
export const FORMER: readonly OptionRow[] = [
  FORMER_DYNO,
  ["--ps <type>", "same as --process-type", "hidden"],
];
