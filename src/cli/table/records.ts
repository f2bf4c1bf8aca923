import type { CommandRow } from "./command-row.ts";
import { JSON_OUT, FORMER } from "./options.ts";

/** Commands on what is kept of an app: log, config vars, releases. */
export const RECORDS: readonly CommandRow[] = [
  {
    name: "logs",
    summary: "print the log",
    options: [
      ["-n, --num <count>", "number of lines (default: 100, at most 1500)"],
      ["-t, --tail", "go on as lines come"],
      ["-s, --source <source>", "only lines of app or of heroku"],
      ["-d, --dyno-name <dyno>", "only lines of this dyno"],
      ["-p, --process-type <type>", "only lines of this process type"],
      ...FORMER,
      ["--json", "print one JSON value a line"],
    ],
    app: true,
    example: "dynosim logs --tail -p web",
    load: async () => (await import("../commands/logs.ts")).logs,
  },
  {
    name: "config",
    summary: "list the config vars",
    options: [
      ["-s, --shell", "in shell format"],
      ["-j, --json", "print JSON"],
    ],
    app: true,
    example: "dynosim config -s > .env",
    load: async () => (await import("../commands/config.ts")).config,
  },
  {
    name: "config:get",
    arguments: "[keys...]",
    summary: "print the value of config vars",
    options: [
      ["-s, --shell", "in shell format"],
      ["-j, --json", "print JSON"],
    ],
    app: true,
    example: "dynosim config:get DATABASE_URL",
    load: async () => (await import("../commands/config.ts")).configGet,
  },
  {
    name: "config:set",
    arguments: "[pairs...]",
    summary: "set config vars, in one release",
    options: [JSON_OUT],
    app: true,
    example: "dynosim config:set RAILS_ENV=staging DEBUG=1",
    load: async () => (await import("../commands/config.ts")).configSet,
  },
  {
    name: "config:unset",
    aliases: ["config:remove"],
    arguments: "[keys...]",
    summary: "unset config vars, in one release",
    app: true,
    example: "dynosim config:unset DEBUG",
    load: async () => (await import("../commands/config.ts")).configUnset,
  },
  {
    name: "releases",
    summary: "list the releases",
    options: [["-n, --num <count>", "number of releases (default: 15)"], JSON_OUT],
    app: true,
    example: "dynosim releases -n 5",
    load: async () => (await import("../commands/releases.ts")).releases,
  },
  {
    name: "rollback",
    aliases: ["releases:rollback"],
    arguments: "[release]",
    summary: "make a former release the current one again",
    app: true,
    example: "dynosim rollback v7",
    load: async () => (await import("../commands/rollback.ts")).rollback,
  },
];
