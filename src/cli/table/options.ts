import type { OptionRow } from "./command-row.ts";

export const JSON_OUT: OptionRow = ["--json", "print JSON"];
export const SOURCE: readonly OptionRow[] = [
  ["--working-tree", "build every file that is not ignored, tracked or not"],
  ["--ref <ref>", "build exactly this commit"],
  ["--offline", "build from what is cached, without any network; what is missing is named"],
  ["--strict", "every substitution (of a Python version, say) is an error"],
];
/** Kept for the builds to come, but by `build`, which keeps nothing. */
export const BUILDERS: readonly OptionRow[] = [
  [
    "--buildpack <buildpack>",
    "build with this one: a name, a folder, a .tgz, or a git URL with #ref; may be repeated",
    "list",
  ],
  [
    "--stack-image <images>",
    "build and run on other images: build=heroku/heroku:24-build,run=heroku/heroku:24, or own",
  ],
];
/** Of every command that may need one, unless an `up` has it already. */
export const ENGINE: OptionRow = [
  "--engine <engine>",
  "docker: containers, or refuse; process: without containers; auto: containers where they can be had (default)",
];
export const DYNO: OptionRow = ["-d, --dyno-name <dyno>", "only this dyno, such as web.1"];
export const TYPE: OptionRow = ["-p, --process-type <type>", "only this process type, such as web"];

/** Names of older clients. */
export const FORMER_DYNO: OptionRow = ["--dyno <dyno>", "same as --dyno-name", "hidden"];
export const FORMER: readonly OptionRow[] = [
  FORMER_DYNO,
  ["--ps <type>", "same as --process-type", "hidden"],
];
