import type { Command } from "./command.ts";

export interface CommandRow {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** In commander's form: `[types...]`, `<key>`. */
  readonly arguments?: string;
  readonly summary: string;
  /** Flags, what they do, `list` when they may be given more than once, `hidden` for a name kept for habit's sake. */
  readonly options?: readonly OptionRow[];
  /** Takes `-a` and `--dir`. */
  readonly app: boolean;
  /** Options end at the first argument: the rest belongs to the app's command. */
  readonly passThrough?: true;
  readonly example: string;
  /** Loaded when called: a command pays only for what it needs itself. */
  readonly load: () => Promise<Command>;
}

export type OptionRow = readonly [flags: string, summary: string, how?: "list" | "hidden"];

const JSON_OUT: OptionRow = ["--json", "print JSON"];
const SOURCE: readonly OptionRow[] = [
  ["--working-tree", "build every file that is not ignored, tracked or not"],
  ["--ref <ref>", "build exactly this commit"],
  ["--strict", "every substitution (of a Python version, say) is an error"],
];
const DYNO: OptionRow = ["-d, --dyno-name <dyno>", "only this dyno, such as web.1"];
const TYPE: OptionRow = ["-p, --process-type <type>", "only this process type, such as web"];

/** Names of older clients. */
const FORMER: readonly OptionRow[] = [
  ["--dyno <dyno>", "same as --dyno-name", "hidden"],
  ["--ps <type>", "same as --process-type", "hidden"],
];

/** Every command there is. design.md 5 */
export const COMMANDS: readonly CommandRow[] = [
  {
    name: "up",
    arguments: "[folder-or-types...]",
    summary: "compile, release and serve the app of a folder",
    options: [
      ["-d, --detach", "leave it running in the background"],
      ["--wait <duration>", "give up (exit 6) when it is not up in this time, such as 60s"],
      ["--port <port>", "port of the router (default: 5000, else the next free one; 0: any)"],
      ["--control-port <port>", "port of the control API (default: 4567, else the next free one)"],
      ["--name <app>", "name of the app (default: app.json's, else the folder's)"],
      ["--all", "start one dyno of every process type"],
      ["--env-file <file>", "set the config vars of a file first"],
      ...SOURCE,
      ["--era <era>", "facts in force: now or legacy"],
      ["--dyno-type <type>", "dyno type of the formation, such as standard-1x"],
      ["--forwarded-proto <proto>", "X-Forwarded-Proto toward the app: http or https"],
    ],
    app: true,
    example: "dynosim up web worker",
    load: async () => (await import("./commands/up.ts")).up,
  },
  {
    name: "down",
    summary: "stop the app and the dynosim up that serves it",
    app: true,
    example: "dynosim down -a my-app",
    load: async () => (await import("./commands/down.ts")).down,
  },
  {
    name: "build",
    arguments: "[folder]",
    summary: "compile a slug and stop",
    options: [
      ["--env <name=value>", "config var for this build only", "list"],
      ["--env-file <file>", "config vars of a file, for this build only"],
      ["--slug <file>", "write the slug archive (tar.gz)"],
      ...SOURCE,
      JSON_OUT,
    ],
    app: true,
    example: "dynosim build --env PIP_VERBOSE=1 --slug slug.tgz",
    load: async () => (await import("./commands/build.ts")).build,
  },
  {
    name: "ps",
    arguments: "[types...]",
    summary: "list the dynos",
    options: [JSON_OUT],
    app: true,
    example: "dynosim ps",
    load: async () => (await import("./commands/ps.ts")).ps,
  },
  {
    name: "ps:scale",
    aliases: ["scale", "dyno:scale"],
    arguments: "[changes...]",
    summary: "show the formation, or change it",
    options: [JSON_OUT],
    app: true,
    example: "dynosim ps:scale web=2:standard-1x worker+1",
    load: async () => (await import("./commands/scale.ts")).scale,
  },
  {
    name: "ps:restart",
    aliases: ["restart", "dyno:restart"],
    arguments: "[dyno]",
    summary: "restart dynos",
    options: [DYNO, TYPE, ...FORMER],
    app: true,
    example: "dynosim ps:restart -d web.1",
    load: async () => (await import("./commands/restart.ts")).restart,
  },
  {
    name: "ps:stop",
    aliases: ["stop", "dyno:stop", "ps:kill", "dyno:kill"],
    arguments: "[dyno]",
    summary: "stop dynos; those of the formation start again",
    options: [DYNO, TYPE, ...FORMER],
    app: true,
    example: "dynosim ps:stop -d run.1234",
    load: async () => (await import("./commands/restart.ts")).stop,
  },
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
    load: async () => (await import("./commands/logs.ts")).logs,
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
    load: async () => (await import("./commands/config.ts")).config,
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
    load: async () => (await import("./commands/config.ts")).configGet,
  },
  {
    name: "config:set",
    arguments: "[pairs...]",
    summary: "set config vars, in one release",
    options: [JSON_OUT],
    app: true,
    example: "dynosim config:set RAILS_ENV=staging DEBUG=1",
    load: async () => (await import("./commands/config.ts")).configSet,
  },
  {
    name: "config:unset",
    aliases: ["config:remove"],
    arguments: "[keys...]",
    summary: "unset config vars, in one release",
    app: true,
    example: "dynosim config:unset DEBUG",
    load: async () => (await import("./commands/config.ts")).configUnset,
  },
  {
    name: "releases",
    summary: "list the releases",
    options: [["-n, --num <count>", "number of releases (default: 15)"], JSON_OUT],
    app: true,
    example: "dynosim releases -n 5",
    load: async () => (await import("./commands/releases.ts")).releases,
  },
  {
    name: "rollback",
    aliases: ["releases:rollback"],
    arguments: "[release]",
    summary: "make a former release the current one again",
    app: true,
    example: "dynosim rollback v7",
    load: async () => (await import("./commands/rollback.ts")).rollback,
  },
  {
    name: "run",
    arguments: "[command...]",
    summary: "run a one-off dyno and pass on its exit status",
    options: [
      ["-e, --env <name=value>", "variable for this dyno only; several with ';'", "list"],
      ["-s, --size <type>", "dyno type"],
      ["--type <name>", "process type in the dyno's name (default: run)"],
      ["--no-tty", "no terminal in the dyno, even when there is one here"],
      ["-x, --exit-code", "accepted for Heroku's sake: the exit status is always passed on"],
    ],
    app: true,
    passThrough: true,
    example: "dynosim run -e DEBUG=1 -- python manage.py migrate",
    load: async () => (await import("./commands/run.ts")).run,
  },
  {
    name: "run:detached",
    arguments: "[command...]",
    summary: "run a one-off dyno whose output goes to the log",
    options: [
      ["-e, --env <name=value>", "variable for this dyno only; several with ';'", "list"],
      ["-s, --size <type>", "dyno type"],
      ["--type <name>", "process type in the dyno's name (default: run)"],
    ],
    app: true,
    passThrough: true,
    example: "dynosim run:detached python manage.py reindex",
    load: async () => (await import("./commands/run.ts")).runDetached,
  },
  {
    name: "idle",
    summary: "put the app to sleep now, as after 30 minutes without a request",
    app: true,
    example: "dynosim idle",
    load: async () => (await import("./commands/sleep.ts")).idle,
  },
  {
    name: "wake",
    summary: "wake the app, as its next request would",
    app: true,
    example: "dynosim wake",
    load: async () => (await import("./commands/sleep.ts")).wake,
  },
  {
    name: "clock",
    arguments: "[advance] [duration]",
    summary: "show the platform clock, or move it forward",
    options: [JSON_OUT],
    app: true,
    example: "dynosim clock advance 31m",
    load: async () => (await import("./commands/clock.ts")).clock,
  },
  {
    name: "apps",
    aliases: ["list"],
    summary: "list the apps that are up on this machine",
    options: [JSON_OUT],
    app: false,
    example: "dynosim apps",
    load: async () => (await import("./commands/apps.ts")).apps,
  },
  {
    name: "open",
    arguments: "[path]",
    summary: "open the app in the browser",
    app: true,
    example: "dynosim open /admin",
    load: async () => (await import("./commands/open.ts")).open,
  },
  {
    name: "info",
    aliases: ["apps:info"],
    summary: "tell what is known of the app",
    options: [JSON_OUT],
    app: true,
    example: "dynosim info --json",
    load: async () => (await import("./commands/info.ts")).info,
  },
  {
    name: "doctor",
    summary: "tell whether this machine has what dynosim needs",
    options: [JSON_OUT],
    app: true,
    example: "dynosim doctor",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  {
    name: "images",
    arguments: "[build-or-rm] [minor]",
    summary: "list the stack images; `images build 3.13` makes a pair, `images rm 3.13` removes it",
    options: [JSON_OUT],
    app: true,
    example: "dynosim images build 3.13",
    load: async () => (await import("./commands/images.ts")).images,
  },
  {
    name: "clean",
    summary: "remove what is kept between runs",
    options: [
      ["--all", "of every app of this machine that is not up, and the stack images"],
      ["--dry-run", "only tell what would go"],
      JSON_OUT,
    ],
    app: true,
    example: "dynosim clean --all --dry-run",
    load: async () => (await import("./commands/clean.ts")).clean,
  },
  {
    name: "version",
    summary: "print the version",
    app: false,
    example: "dynosim version",
    load: async () => (await import("./commands/version.ts")).version,
  },
];
