import type { CommandRow, OptionRow } from "./command-row.ts";
import { BUILDERS, ENGINE, JSON_OUT, SOURCE } from "./options.ts";

const WAIT: OptionRow = ["--wait <duration>", "give up (exit 6) when it is not up in this time, such as 60s"];
/** What every command takes that hosts an app. */
const HOSTING: readonly OptionRow[] = [
  ["--name <app>", "name of the app (default: app.json's, else the folder's)"],
  ["--all", "start one dyno of every process type"],
  ["--env-file <file>", "set the config vars of a file first"],
  ENGINE,
  ...SOURCE,
  ...BUILDERS,
  ["--era <era>", "facts in force: now or legacy"],
  ["--switch <name=on>", "one fact of the era by itself: on, off, or era for as the era has it", "list"],
  ["--dyno-type <type>", "dyno type of all, such as basic, or of each: web=basic,worker=standard-1x"],
  [
    "--memory <how>",
    "heroku: R14 above the quota, R15 at its hard limit (default); strict: killed at the quota",
  ],
  ["--cpu <how>", "machine: dynos take what there is (default); dyno: no more than the dyno type's share"],
  ["--paused", "platform time stands still, and moves only with: dynosim clock advance"],
  ["--real-time", "platform time is the machine's again, wherever it was moved to before"],
  ["--forwarded-proto <proto>", "X-Forwarded-Proto toward the app for plain HTTP: http or https"],
];

/** Commands that build, serve and end an app. */
export const SERVING: readonly CommandRow[] = [
  {
    name: "up",
    arguments: "[folder-or-types...]",
    summary: "compile, release and serve the app of a folder",
    options: [
      ["-d, --detach", "leave it running in the background"],
      ["--json", "print one JSON value a line: the log, and what came of the build"],
      ["--watch", "build and release anew when a tracked file changes (with --working-tree: any file)"],
      WAIT,
      ["--port <port>", "port of the router (default: 5000, else the next free one; 0: any)"],
      ["--control-port <port>", "port of the control API (default: 4567, else the next free one)"],
      ["--bind <address>", "let others reach the app at this address too; 0.0.0.0: at all (default: nobody)"],
      ...HOSTING,
    ],
    app: true,
    example: "dynosim up web worker",
    load: async () => (await import("../commands/up.ts")).up,
  },
  {
    name: "exec",
    arguments: "[command...]",
    summary: "start the app, run a command against it, and stop it again",
    options: [
      WAIT,
      ["--types <types>", "process types to start, such as web,worker"],
      ["--log <file>", "write the app's log to a file (-: to standard error)"],
      ["--port <port>", "port of the router (default: any free one)"],
      ["--control-port <port>", "port of the control API (default: any free one)"],
      ...HOSTING,
    ],
    app: true,
    passThrough: true,
    example: "dynosim exec -- pytest",
    load: async () => (await import("../commands/exec.ts")).exec,
  },
  {
    name: "down",
    summary: "stop the app and the dynosim up that serves it",
    app: true,
    example: "dynosim down -a my-app",
    load: async () => (await import("../commands/down.ts")).down,
  },
  {
    name: "build",
    arguments: "[folder]",
    summary: "compile a slug and stop",
    options: [
      ["--env <name=value>", "config var for this build only", "list"],
      ["--env-file <file>", "config vars of a file, for this build only"],
      ["--slug <file>", "write the slug archive (tar.gz)"],
      ENGINE,
      ...SOURCE,
      ...BUILDERS,
      JSON_OUT,
    ],
    app: true,
    example: "dynosim build --env PIP_VERBOSE=1 --slug slug.tgz",
    load: async () => (await import("../commands/build.ts")).build,
  },
  {
    name: "open",
    arguments: "[path]",
    summary: "open the app in the browser",
    app: true,
    example: "dynosim open /admin",
    load: async () => (await import("../commands/open.ts")).open,
  },
];
