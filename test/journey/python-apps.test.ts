import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rotatingSlice } from "../rotating-slice.ts";
import { Project, type RunningApp } from "./rig.ts";

describe("the Django example", () => {
  let project: Project;
  let app: RunningApp;
  beforeAll(async () => {
    project = Project.example("django-whitenoise");
    app = await project.up();
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });

  it("collects its static files in the build, and WhiteNoise serves them", async () => {
    expect(app.stderr).toMatch(
      /^-----> \$ python manage\.py collectstatic --noinput\n {7}\d+ static files copied to '\/tmp\/build_[0-9a-f]{8}\/staticfiles', \d+ post-processed\.\n\n-----> Saving cache$/m,
    );
    const page = await app.fetch("/");
    expect(page.status).toBe(200);
    const path = /href="(\/static\/site\.[0-9a-f]{12}\.css)"/.exec(await page.text())?.[1] ?? "no hash";
    const css = await app.fetch(path);
    expect(css.status).toBe(200);
    expect(css.headers.get("cache-control")).toContain("immutable");
    expect(await css.text()).toMatch(/url\("dots\.[0-9a-f]{12}\.svg"\)/);
  });

  it("a file that a style sheet names and nobody has breaks the build, with an identifier", async () => {
    rmSync(join(project.folder, "static/dots.svg"));
    const { exitCode, stdout, stderr } = await project.dynosim("build", "--json");
    expect({ exitCode, stderr }).toEqual({ exitCode: 4, stderr: expect.any(String) });
    expect(stderr).toContain("       Traceback (most recent call last):\n");
    expect(stderr).toContain("\n\n !     Error: Unable to generate Django static files.\n");
    expect(stderr).toContain("\n !     Push rejected, failed to compile Python app.\n");
    expect(JSON.parse(stdout)).toMatchObject({
      compiled: false,
      error: {
        identifier: "collectstatic-fancy-references",
        report: {
          failure_reason: "collectstatic-fancy-references",
          cache_status: "reused",
          package_manager: "pip",
          django_collectstatic: "enabled",
        },
      },
    });
    expect((await app.fetch("/")).status).toBe(200);
  });
});

interface PythonApp {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly folders?: readonly string[];
  readonly asks: (app: RunningApp) => Promise<void>;
}

const APPS: readonly PythonApp[] = [
  {
    // PORT is gunicorn's own default for its bind address; no option of the Procfile says so
    name: "the Flask tutorial's, behind gunicorn without a bind option",
    files: {
      "requirements.txt": "flask==3.1.3\ngunicorn==27.0.1\n",
      ".python-version": "3.13\n",
      Procfile: "web: gunicorn wsgi:app\n",
      "wsgi.py": "from hello import app\n",
      "hello.py":
        'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route("/")\ndef hello_world():\n    return "<p>Hello, World!</p>"\n',
    },
    asks: async (app) => {
      expect(await (await app.fetch("/")).text()).toBe("<p>Hello, World!</p>");
      expect(await app.logged(/^app\[web\.1\]: .*Listening at: http:\/\/0\.0\.0\.0:\d+/)).toBeTruthy();
      expect(await app.logged(/^app\[web\.1\]: .*"GET \/ HTTP\/1\.1" 200/)).toBeTruthy();
    },
  },
  {
    name: "a Dash app whose static files WhiteNoise serves",
    files: {
      "requirements.txt": "dash==4.4.1\ngunicorn==27.0.1\nwhitenoise==6.12.0\n",
      ".python-version": "3.13\n",
      Procfile: "web: gunicorn app:server\n",
      "app.py":
        'from dash import Dash, html\nfrom whitenoise import WhiteNoise\n\napp = Dash(__name__)\nserver = app.server\nserver.wsgi_app = WhiteNoise(server.wsgi_app, root="static/", prefix="static/")\napp.layout = html.Img(src="/static/logo.svg")\n',
      "static/logo.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>\n',
    },
    folders: ["static"],
    asks: async (app) => {
      expect(await (await app.fetch("/")).text()).toContain("_dash-renderer");
      expect(await (await app.fetch("/_dash-layout")).json()).toMatchObject({
        props: { src: "/static/logo.svg" },
      });
      const logo = await app.fetch("/static/logo.svg");
      expect([logo.status, logo.headers.get("content-type")]).toEqual([200, "image/svg+xml"]);
    },
  },
];

it.each(rotatingSlice(APPS, 1))("$name", async ({ files, folders = [], asks }) => {
  await using project = Project.of({});
  for (const folder of folders) mkdirSync(join(project.folder, folder));
  project.write(files);
  await using app = await project.up();
  await asks(app);
});
