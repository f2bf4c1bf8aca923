import type { Files } from "../rig.ts";

/** An app of one package manager, and what its builds say and do. */
export interface ManagerApp {
  readonly manager: "pip" | "pipenv" | "poetry" | "uv";
  readonly name: string;
  readonly version: string;
  readonly files: Files;
  readonly lock: string;
  /** As the step shows it. */
  readonly command: string;
  readonly commandForTests: string;
  /** Of the command, before those that are not shown. */
  readonly hidden: string;
  /** Whether a restored cache spares its install. */
  readonly kept: boolean;
}

const VERSION = { ".python-version": "3.13\n" };

export const APPS: readonly ManagerApp[] = [
  {
    manager: "pip",
    name: "pip",
    version: "26.2.1",
    files: { "requirements.txt": "dash\n", ...VERSION },
    lock: "requirements.txt",
    command: "pip install -r requirements.txt",
    commandForTests: "pip install -r requirements.txt",
    hidden: "--exists-action=w --no-cache-dir --no-input --progress-bar off --src=/app/.heroku/python/src",
    kept: false,
  },
  {
    manager: "pipenv",
    name: "Pipenv",
    version: "2026.7.1",
    files: { Pipfile: "", "Pipfile.lock": "{}\n", ...VERSION },
    lock: "Pipfile.lock",
    command: "pipenv install --deploy",
    commandForTests: "pipenv install --deploy --dev",
    hidden: "",
    kept: true,
  },
  {
    manager: "poetry",
    name: "Poetry",
    version: "2.4.1",
    files: { "pyproject.toml": "", "poetry.lock": "", ...VERSION },
    lock: "poetry.lock",
    command: "poetry sync --only main",
    commandForTests: "poetry sync",
    hidden: "--compile --no-ansi --no-interaction",
    kept: true,
  },
  {
    manager: "uv",
    name: "uv",
    version: "0.12.5",
    files: { "pyproject.toml": "", "uv.lock": "", ...VERSION },
    lock: "uv.lock",
    command: "uv sync --locked --no-default-groups",
    commandForTests: "uv sync --locked",
    hidden: "--color always --compile-bytecode --no-progress",
    kept: true,
  },
];

/** Those that have a step of their own in a build with a cache. */
export const KEPT_APPS: readonly ManagerApp[] = APPS.filter(({ kept }) => kept);

export function appOf(manager: ManagerApp["manager"]): ManagerApp {
  const app = APPS.find((app) => app.manager === manager);
  if (app === undefined) throw new Error(manager);
  return app;
}
