import { expect } from "vitest";
import type { RunningApp } from "./rig.ts";

/** A program as people deploy it: a row of the journey of real programs. A further program is a further row. */
export interface RealProgram {
  readonly name: string;
  /** From the top of the repository. */
  readonly folder: string;
  /** What the build says, in this order; other lines may stand between. */
  readonly says: readonly (string | RegExp)[];
  /** By path, what the body has. */
  readonly answers: Readonly<Record<string, readonly (string | RegExp)[]>>;
  /** A command of the shell in a one-off dyno, and what it prints. */
  readonly dyno?: { readonly command: string; readonly prints: RegExp };
  /** What no row can say. */
  readonly asks?: (app: RunningApp) => Promise<void>;
}

const OWN = "test/journey/programs";
const RELEASED = ["-----> Discovering process types\n", "       Released v3\n"];
const flask = (command: string, dependencies: RealProgram["says"]): RealProgram["says"] => [
  "-----> Python app detected\n-----> Using Python 3.13 specified in ",
  "-----> Installing Python 3.13.",
  `-----> Installing dependencies using '${command}'\n`,
  ...dependencies,
  "-----> Saving cache\n",
  ...RELEASED,
];

/** Of each suite: it is the one by uv, and the quickest to build. */
export const FASTAPI: RealProgram = {
  name: "FastAPI by uv",
  folder: "examples/fastapi-uv",
  says: flask("uv sync --locked --no-default-groups", [" + fastapi==", " + uvicorn=="]),
  answers: {
    "/": ['"dyno":"web.1"', '"visitor":"127.0.0.1"'],
    "/ticks?count=2&every=0": ["tick 1\ntick 2\n"],
  },
  dyno: {
    command: 'echo "[$(command -v uvicorn uv ruff | xargs)]"',
    prints: /^\[\/app\/\.heroku\/python\/bin\/uvicorn\]$/m,
  },
};

export const PROGRAMS: readonly RealProgram[] = [
  {
    name: "Flask, with a front end that Node.js builds: two buildpacks",
    folder: "examples/node-and-flask",
    says: [
      "-----> Building on the Heroku-24 stack\n-----> Using buildpacks:\n       1. heroku/nodejs\n       2. heroku/python\n-----> Node.js app detected\n",
      /-----> Build\n {7}Running build\n/,
      /-----> Pruning devDependencies\n(?: {7}.*\n)* {7}removed \d+ packages/,
      ...flask("pip install -r requirements.txt", ["       Successfully installed "]),
    ],
    answers: {
      "/": ["Built by Node.js, served by Flask"],
      "/static/main.js": ["fromNow"],
      "/static/main.css": ["sans-serif"],
    },
    dyno: {
      // of the buildpack that ran last; and both languages are there
      command: 'echo "[$(ls node_modules | grep -x esbuild)] $WEB_CONCURRENCY_SET_BY $(node -p 1)"',
      prints: /^\[\] heroku\/python 1$/m,
    },
  },
  {
    name: "Flask by Poetry",
    folder: `${OWN}/flask-poetry`,
    says: flask("poetry sync --only main", [
      "Package operations: 8 installs, 0 updates, 0 removals",
      "- Installing flask (",
    ]),
    answers: { "/": ["Hello by Poetry"] },
    dyno: {
      command: 'echo "[$(command -v gunicorn poetry ruff | xargs)]"',
      prints: /^\[\/app\/\.heroku\/python\/bin\/gunicorn\]$/m,
    },
  },
  {
    name: "Flask by Pipenv",
    folder: `${OWN}/flask-pipenv`,
    says: flask("pipenv install --deploy", []),
    answers: { "/": ["Hello by Pipenv"] },
    dyno: { command: "command -v gunicorn; pipenv --version", prints: /^pipenv, version 2026\.7\.1$/m },
  },
  {
    name: "Dash with pandas",
    folder: `${OWN}/dash-pandas`,
    says: flask("pip install -r requirements.txt", [/ {7}Successfully installed .*pandas-3\.1\.1/]),
    answers: { "/": ["_dash-renderer"], "/_dash-layout": [/"day": ?"Mon", ?"rides": ?7/] },
  },
  {
    // PORT is gunicorn's own default for its bind address; no option of the Procfile says so
    name: "the Flask tutorial's app, behind gunicorn without a bind option",
    folder: `${OWN}/flask-tutorial`,
    says: flask("pip install -r requirements.txt", ["       Successfully installed "]),
    answers: { "/": ["<p>Hello, World!</p>"] },
    asks: async (app) => {
      await app.logged(/^app\[web\.1\]: .*Listening at: http:\/\/0\.0\.0\.0:\d+/);
      await app.logged(/^app\[web\.1\]: .*"GET \/ HTTP\/1\.1" 200/);
    },
  },
  {
    name: "Dash, its static files by WhiteNoise",
    folder: `${OWN}/dash-whitenoise`,
    says: flask("pip install -r requirements.txt", ["       Successfully installed "]),
    answers: { "/": ["_dash-renderer"], "/_dash-layout": ['logo.svg"'] },
    asks: async (app) => {
      const logo = await app.fetch("/static/logo.svg");
      expect([logo.status, logo.headers.get("content-type")]).toEqual([200, "image/svg+xml"]);
    },
  },
  {
    name: "Express, with a front end that Vite builds and that is not in the slug",
    folder: "examples/vite-express",
    says: [
      "-----> Node.js app detected\n",
      /-----> Build\n {7}Running build\n/,
      /-----> Pruning devDependencies\n(?: {7}.*\n)* {7}removed \d+ packages/,
      "       Default types for buildpack -> web\n",
      "       Released v3\n",
    ],
    answers: { "/": ["Built by Vite, served by Express"], "/api/time": [/^\{"time":"[^"]+"\}$/] },
    dyno: { command: "ls node_modules | grep -cx -e vite -e express", prints: /^1$/m },
    asks: async (app) => {
      const page = await (await app.fetch("/")).text();
      const asset = await app.fetch(/src="(\/assets\/index-[^"]+\.js)"/.exec(page)?.[1] ?? "no script");
      expect([asset.status, asset.headers.get("cache-control")]).toEqual([
        200,
        expect.stringContaining("immutable"),
      ]);
      expect(await asset.text()).toContain("/api/time");
    },
  },
];
